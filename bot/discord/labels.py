"""Every word that Tocsin itself says in Discord. Catalogues of other languages attach here and only here."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.pipeline.view import Dated


@dataclass(frozen=True, slots=True)
class Words:
    """One language: a catalogue, and how it is asked. English is the catalogue that changes nothing."""

    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)

    def say(self, message: str, **values: object) -> str:
        """The message in this language, its {places} filled."""
        return self.catalogue.gettext(message).format(**values)

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The message for this number of things; {number} is among its places."""
        return self.catalogue.ngettext(one, many, number).format(number=number, **values)


ENGLISH = Words()

STATUS: Mapping[str, str] = {
    "rumoured": "Rumoured",
    "announced": "Announced",
    "scheduled": "Scheduled",
    "delayed": "Delayed",
    "released": "Released",
    "suspended": "Suspended",
    "resumed": "Resumed",
    "cancelled": "Cancelled",
    "denied": "Denied",
}

BUTTONS: Mapping[str, str] = {
    "why": "Why?",
    "timeline": "Timeline",
    "not-event": "Not this event",
    "mute": "Mute 24 h",
}

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SEASONS = ("winter", "spring", "summer", "autumn")


def status(words: Words, name: str) -> str:
    """The status as a reader sees it; an unknown one is shown as it is."""
    return words.say(STATUS[name]) if name in STATUS else name


def expected(words: Words, dated: Dated) -> str:
    """An expected date, no more exact than it is known. Calendar dates: they shift with no reader's zone."""
    at = dated.at
    month = words.say(_MONTHS[at.month - 1])
    match dated.precision:
        case "day":
            return words.say("{day} {month} {year}", day=at.day, month=month, year=at.year)
        case "week":
            return words.say("week of {day} {month} {year}", day=at.day, month=month, year=at.year)
        case "month":
            return words.say("{month} {year}", month=month, year=at.year)
        case "season":
            season = words.say(_SEASONS[at.month % 12 // 3])
            return words.say("{season} {year}", season=season, year=at.year)
    return str(at.year)


def moment(at: datetime, style: str = "f") -> str:
    """An instant in Discord's own format, which each reader sees in his zone and language."""
    return f"<t:{int(at.timestamp())}:{style}>"
