"""Dates that a sentence names, resolved against the post's own time, with their precision.

A small grammar of our own over the lexicon's words, since general date parsers know none of
"mid-August", "later this summer", "mi-août" or "Mitte August".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from matching.decision import Expected
from matching.lexicon import Dates

_SEASON_MONTH = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}
_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|re|o|a|e|ste|de)?$")
_YEAR = re.compile(r"(20\d\d)$")
_QUARTER = re.compile(r"(?:q|t|k)([1-4])$|([1-4])(?:q|t|k|er|e)$")
_LOOK_BACK = timedelta(days=92)
"""A date without a year is the next such date, unless one has just passed by less than this."""


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """A date named by the words [start, end) of a sentence. `pointed`: a word before it points there."""

    expected: Expected
    start: int
    end: int
    pointed: bool
    origin: bool


def date_phrases(tokens: Sequence[str], dates: Dates, now: datetime) -> list[DatePhrase]:
    """All dates in a sentence, in order; `now` is the post's own time (aware UTC)."""
    found: list[DatePhrase] = []
    i = 0
    while i < len(tokens):
        read = _Reader(tokens, dates, now).at(i)
        if read is None:
            i += 1
            continue
        at, precision, end = read
        pointing = dates.roles.get("towards", frozenset()) | dates.roles.get("at", frozenset())
        pointed = i > 0 and tokens[i - 1] in pointing
        found.append(
            DatePhrase(
                Expected(at, precision, " ".join(tokens[i:end])),
                i,
                end,
                pointed,
                _is_origin(tokens, i, dates),
            )
        )
        i = end
    return found


def _is_origin(tokens: Sequence[str], start: int, dates: Dates) -> bool:
    """Whether the date is the one moved away from: "from June", "initially planned for June", "not June"."""
    if start and tokens[start - 1] in dates.roles.get("until", ()):
        return False
    origin = dates.roles.get("origin", frozenset())
    return any(word in origin for word in tokens[max(0, start - 3) : start])


class _Reader:
    """Reads one date at a given word. Each rule gives (moment, precision, end) or None."""

    def __init__(self, tokens: Sequence[str], dates: Dates, now: datetime) -> None:
        self.tokens = tokens
        self.dates = dates
        self.now = now

    def at(self, i: int) -> tuple[datetime, str, int] | None:
        for rule in (
            self._numeric,
            self._cjk,
            self._day_month,
            self._part,
            self._quarter,
            self._relative,
            self._season,
            self._month,
            self._near_day,
            self._weekday,
            self._year_alone,
        ):
            read = rule(i)
            if read is not None:
                return read
        return None

    # -- pieces

    def _word(self, i: int) -> str:
        return self.tokens[i] if 0 <= i < len(self.tokens) else ""

    def _role(self, role: str, i: int) -> int:
        """How many words from `i` on form a phrase of this role; 0 if none."""
        phrases = self.dates.roles.get(role, frozenset())
        for length in (3, 2, 1):
            if " ".join(self.tokens[i : i + length]) in phrases and i + length <= len(self.tokens):
                return length
        return 0

    def _skip(self, i: int) -> int:
        while self._word(i) in self.dates.roles.get("before_day", ()):
            i += 1
        return i

    def _day(self, i: int) -> int | None:
        match = _NUMBER.match(self._word(i))
        return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None

    def _year(self, i: int) -> tuple[int | None, int]:
        j = self._skip(i)
        match = _YEAR.match(self._word(j))
        return (int(match[1]), j + 1) if match else (None, i)

    def _moment(self, year: int | None, month: int, day: int = 1) -> datetime | None:
        try:
            if year is not None:
                return datetime(year, month, day, tzinfo=UTC)
            moment = datetime(self.now.year, month, day, tzinfo=UTC)
            if moment < self.now - _LOOK_BACK:
                moment = moment.replace(year=self.now.year + 1)
            elif moment > self.now + timedelta(days=275):
                moment = moment.replace(year=self.now.year - 1)
        except ValueError:
            return None
        return moment

    # -- rules

    def _numeric(self, i: int) -> tuple[datetime, str, int] | None:
        year = _YEAR.match(self._word(i))
        month, day = self._word(i + 1), self._word(i + 2)
        if year and month.isdigit() and day.isdigit() and len(month) == len(day) == 2:
            moment = self._moment(int(year[1]), int(month), int(day)) if 1 <= int(month) <= 12 else None
            return (moment, "day", i + 3) if moment else None
        return None

    def _cjk(self, i: int) -> tuple[datetime, str, int] | None:
        """8月5日, 2025年8月."""
        year: int | None = None
        j = i
        if self._word(j).isdecimal() and len(self._word(j)) == 4 and self._word(j + 1) == "年":
            year, j = int(self._word(j)), j + 2
        month = self._word(j)
        if not (
            month.isdecimal() and len(month) <= 2 and 1 <= int(month) <= 12 and self._word(j + 1) == "月"
        ):
            return None
        day = self._word(j + 2)
        if day.isdecimal() and len(day) <= 2 and self._word(j + 3) in ("日", "号", "號"):
            moment = self._moment(year, int(month), max(1, int(day)))
            return (moment, "day", j + 4) if moment else None
        moment = self._moment(year, int(month))
        return (moment, "month", j + 2) if moment else None

    def _day_month(self, i: int) -> tuple[datetime, str, int] | None:
        day, j = self._day(i), self._skip(i + 1)
        month = self.dates.months.get(self._word(j))
        if day and month:
            year, end = self._year(j + 1)
            moment = self._moment(year, month, day)
            return (moment, "day", end) if moment else None
        month, j = self.dates.months.get(self._word(i)), self._skip(i + 1)
        day = self._day(j)
        if month and day and "month day" in self.dates.order:
            year, end = self._year(j + 1)
            moment = self._moment(year, month, day)
            return (moment, "day", end) if moment else None
        return None

    def _part(self, i: int) -> tuple[datetime, str, int] | None:
        """early, mid or late: of a month (precision week), a year or a season (precision season)."""
        for role, day, month in (("early", 1, 1), ("mid", 15, 6), ("late", 25, 10)):
            length = self._role(role, i)
            if not length:
                continue
            j = self._skip(i + length)
            if self._word(j) in self.dates.months:
                year, end = self._year(j + 1)
                moment = self._moment(year, self.dates.months[self._word(j)], day)
                return (moment, "week", end) if moment else None
            if match := _YEAR.match(self._word(j)):
                return datetime(int(match[1]), month, 1, tzinfo=UTC), "season", j + 1
            inner = self._relative(j) or self._season(j) or self._bare_unit(j)
            if inner:
                return self._part_of(inner, month, day)
        return None

    def _part_of(self, period: tuple[datetime, str, int], month: int, day: int) -> tuple[datetime, str, int]:
        """The part of a year that begins with `month`, of a month with `day`, of a season in proportion."""
        at, precision, end = period
        if precision == "year":
            return at.replace(month=month), "season", end
        if precision == "season":
            return at + timedelta(days=3 * (day - 1)), "month", end
        days = day - 1 if precision == "month" else day // 6
        return at + timedelta(days=days), "week", end

    def _quarter(self, i: int) -> tuple[datetime, str, int] | None:
        number: int | None = None
        j = i
        named = self._word(i + 1) in self.dates.roles.get("quarter", ())
        if (match := _QUARTER.match(self._word(i))) and (named or not self._word(i)[0].isdigit()):
            number, j = int(match[1] or match[2]), i + 1 + named
        if number is None:
            for n, role in enumerate(("first", "second", "third", "fourth"), 1):
                length = self._role(role, i)
                if length and self._word(i + length) in self.dates.roles.get("quarter", ()):
                    number, j = n, i + length + 1
                elif length and n <= 2 and self._word(i + length) in self.dates.roles.get("half", ()):
                    number, j = 2 * n - 1, i + length + 1
        if number is None:
            return None
        year, end = self._year(j)
        moment = self._moment(year, 3 * number - 2)
        return (moment, "season", end) if moment else None

    def _relative(self, i: int) -> tuple[datetime, str, int] | None:
        """this or next week, month, year; the qualifier may follow its noun (la semaine prochaine)."""
        for step, role in ((0, "this"), (1, "next")):
            length = self._role(role, i)
            j = self._skip(i + length) if length else i
            if length and (unit := self._unit(j)):
                return self._shifted(unit, step, j + 1)
            if length and self._word(i + length) in self.dates.seasons:
                return self._season_at(self._word(i + length), step, i + length + 1)
        unit = self._unit(i)
        if unit and (length := self._role("next", i + 1)):
            return self._shifted(unit, 1, i + 1 + length)
        if self._word(i) in self.dates.seasons and (length := self._role("next", i + 1)):
            return self._season_at(self._word(i), 1, i + 1 + length)
        return None

    def _bare_unit(self, i: int) -> tuple[datetime, str, int] | None:
        """The present month or year, after a word for a part of it ("fin d'année")."""
        unit = self._unit(i)
        return self._shifted(unit, 0, i + 1) if unit in ("month", "year") else None

    def _unit(self, i: int) -> str | None:
        for unit in ("week", "month", "year"):
            if self._word(i) in self.dates.roles.get(unit, ()):
                return unit
        return None

    def _shifted(self, unit: str, step: int, end: int) -> tuple[datetime, str, int]:
        today = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        if unit == "week":
            return today - timedelta(days=today.weekday()) + timedelta(weeks=step), unit, end
        if unit == "month":
            months = today.year * 12 + today.month - 1 + step
            return today.replace(year=months // 12, month=months % 12 + 1, day=1), unit, end
        return today.replace(year=today.year + step, month=1, day=1), unit, end

    def _season_at(
        self, word: str, step: int, end: int, year: int | None = None
    ) -> tuple[datetime, str, int]:
        month = _SEASON_MONTH[self.dates.seasons[word]]
        if year is not None:
            return datetime(year, month, 1, tzinfo=UTC), "season", end
        moment = datetime(self.now.year, month, 1, tzinfo=UTC)
        if moment + timedelta(days=95) < self.now:
            moment = moment.replace(year=self.now.year + 1)
        elif step and moment <= self.now:
            moment = moment.replace(year=moment.year + 1)
        return moment, "season", end

    def _season(self, i: int) -> tuple[datetime, str, int] | None:
        word = self._word(i)
        if word not in self.dates.seasons or self._role("last", i + 1):
            return None
        year, end = self._year(i + 1)
        if year is None and self._word(i - 1) not in self.dates.roles.get(
            "towards", frozenset()
        ) | self.dates.roles.get("before_day", frozenset()):
            return None
        return self._season_at(word, 0, end, year)

    def _month(self, i: int) -> tuple[datetime, str, int] | None:
        """A month by itself counts with a year, or after a word that points to a date: "may", "mars" are
        words too.
        """
        month = self.dates.months.get(self._word(i))
        if not month:
            return None
        year, end = self._year(i + 1)
        if year is None and not self._is_pointed(i):
            return None
        moment = self._moment(year, month)
        return (moment, "month", end) if moment else None

    def _is_pointed(self, i: int) -> bool:
        """Whether the word before points to a month or year; `at`: not to a season ("a été")."""
        before = self._word(i - 1)
        return before in self.dates.roles.get("towards", ()) or before in self.dates.roles.get("at", ())

    def _near_day(self, i: int) -> tuple[datetime, str, int] | None:
        today = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        for role, days in (("today", 0), ("tomorrow", 1)):
            length = self._role(role, i)
            if length:
                return today + timedelta(days=days), "day", i + length
        return None

    def _weekday(self, i: int) -> tuple[datetime, str, int] | None:
        """The coming weekday, only after a word that sets a limit: by itself it is the day of the news."""
        day = self.dates.weekdays.get(self._word(i))
        if day is None or self._word(i - 1) not in self.dates.roles.get("until", ()):
            return None
        today = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=(day - today.weekday()) % 7 or 7), "day", i + 1

    def _year_alone(self, i: int) -> tuple[datetime, str, int] | None:
        match = _YEAR.match(self._word(i))
        if not match or not self._is_pointed(i):
            return None
        return datetime(int(match[1]), 1, 1, tzinfo=UTC), "year", i + 1
