"""Who is told of a story: one alert a guild and channel, new for what is new there, grown by evidence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.pipeline.book import Book
from matching.decision import Placement, WatchQuery
from storage import alerts
from storage.alerts import Alert
from storage.database import Connection
from storage.stories import Story

Place = tuple[int, int]
"""A guild and a channel."""


@dataclass(frozen=True, slots=True)
class AlertChange:
    """What happened to one alert. `new`: opened, else to be edited. `silent`: neither shows."""

    alert_id: int
    guild: int
    channel: int
    new: bool
    silent: bool


@dataclass(slots=True)
class _Word:
    """What one place would be told: by which watches, of which event, and whether that may open an alert."""

    watches: list[str] = field(default_factory=list)
    event_id: int | None = None
    opens: bool = False


def tell(
    connection: Connection,
    book: Book,
    guilds: frozenset[int],
    story: Story,
    placement: Placement,
    now: datetime,
    *,
    grew: bool,
    silent: bool,
) -> tuple[AlertChange, ...]:
    """Open and grow the alerts of a story after a post joined it; returns what changed.

    `guilds`: those that subscribe to the post's source; no other hears of it. `grew`: the post's
    revision is new to the story. A place that was told in silence stays silent.
    """
    known = {(one.guild_id, one.channel): one for one in alerts.of_story(connection, story.id)}
    words = _words(book, story, placement, list(known.values()))
    changes = []
    for place, alert in known.items():
        word = words.pop(place, _Word())
        if grew and alert.guild_id in guilds:
            alerts.add_evidence(connection, alert, now, event_id=word.event_id, watches=word.watches)
            changes.append(AlertChange(alert.id, *place, new=False, silent=alert.silent))
    for place, word in words.items():
        if word.opens:
            alert_id = alerts.open_one(
                connection,
                place,
                story.id,
                now,
                event_id=word.event_id,
                watches=word.watches,
                why=placement.why,
                silent=silent,
            )
            changes.append(AlertChange(alert_id, *place, new=True, silent=silent))
    return tuple(changes)


def _words(book: Book, story: Story, placement: Placement, known: list[Alert]) -> dict[Place, _Word]:
    words: dict[Place, _Word] = {}
    for link in placement.links:
        word = words.setdefault((link.guild, book.channel_of_event(link.event_id)), _Word())
        word.event_id = word.event_id or link.event_id
        word.opens = word.opens or link.new
    statuses = {link.status for link in placement.links}
    for watch, channel in _watches(book, placement):
        word = words.setdefault((watch.guild, channel), _Word())
        word.watches.append(watch.name)
        told = any(one.guild_id == watch.guild and watch.name in one.watches for one in known)
        word.opens = word.opens or (not told and _is_satisfied(watch, story, statuses))
    return words


def _watches(book: Book, placement: Placement) -> Iterator[tuple[WatchQuery, int]]:
    for watch_id in placement.watches:
        yield book.watches[watch_id], book.channel_of_watch(watch_id)


def _is_satisfied(watch: WatchQuery, story: Story, statuses: set[str | None]) -> bool:
    """Whether the story has the sources and reports a status that the watch asks for."""
    return story.sources >= watch.min_sources and (not watch.statuses or bool(statuses & set(watch.statuses)))
