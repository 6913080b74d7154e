"""What an alert says, free of where it is said: the value that a ringer renders."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One post that reports the story: number as cited in the summary, from 1."""

    number: int
    name: str
    title: str
    url: str | None
    lang: str | None
    published: datetime | None


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One sentence taken from a post, and the number of the source that it is taken from."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Dated:
    """An expected date (aware UTC, start of its period), with precision day, week, month, season or year."""

    at: datetime
    precision: str


@dataclass(frozen=True, slots=True)
class AlertView:
    """All that a message may show of one alert, at one revision.

    `status` is None for a story that no event claims. `change` says what changed in one line.
    `sure` is False while only unconfirmed reports stand behind it. All text is plain, from the
    outside, and unescaped: the ringer neutralises it for its medium.
    """

    alert_id: int
    revision: int
    title: str
    headline: str
    change: str
    status: str | None
    previous_status: str | None
    expected: Dated | None
    previous_expected: Dated | None
    sure: bool
    summary: tuple[SummaryLine, ...]
    sources: tuple[SourceLine, ...]
    source_count: int
    first_seen: datetime
    event_key: str | None
    watches: tuple[str, ...]
    why: str
