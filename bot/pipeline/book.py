"""What is watched for, and who is told where: one value, loaded anew when the configuration changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from matching.compiled import CompiledWatches
from matching.decision import EventQuery, WatchQuery
from storage import events, guilds, meta, watches
from storage.database import Connection

TERMINAL = 0
"""The channel of a guild that has none: the terminal's, when there is no Discord."""


@dataclass(frozen=True, slots=True)
class Book:
    """`version`: the configuration's counter at loading. Mappings go by ids of watches, events, guilds."""

    version: int
    compiled: CompiledWatches
    watches: dict[int, WatchQuery]
    events: dict[int, EventQuery]
    watch_channels: dict[int, int | None] = field(default_factory=dict)
    event_channels: dict[int, int | None] = field(default_factory=dict)
    guild_channels: dict[int, int | None] = field(default_factory=dict)
    unprimed_watches: frozenset[int] = frozenset()
    unprimed_events: frozenset[int] = frozenset()

    def channel_of_watch(self, watch_id: int) -> int:
        """Where this watch rings."""
        guild = self.watches[watch_id].guild
        return self.watch_channels.get(watch_id) or self.guild_channels.get(guild) or TERMINAL

    def channel_of_event(self, event_id: int) -> int:
        """Where this event's developments ring."""
        guild = self.events[event_id].guild
        return self.event_channels.get(event_id) or self.guild_channels.get(guild) or TERMINAL

    def only(self, watch_ids: Iterable[int], event_ids: Iterable[int]) -> "Book":
        """The same book with these watches and events alone: what a look back at stored posts reads with."""
        watched = {one: self.watches[one] for one in watch_ids}
        tracked = {one: self.events[one] for one in event_ids}
        return Book(
            self.version,
            CompiledWatches(list(watched.values()), list(tracked.values())),
            watched,
            tracked,
            self.watch_channels,
            self.event_channels,
            self.guild_channels,
        )


def load(connection: Connection) -> Book:
    """The book as the configuration has it now. Raises matching.query.QueryError.

    Queries are checked before they are stored, so that one that does not parse is our own bug.
    """
    version = meta.count(connection, meta.CONFIGURATION)
    watched, tracked = watches.queries(connection), events.queries(connection)
    return Book(
        version,
        CompiledWatches(watched, tracked),
        {watch.id: watch for watch in watched},
        {event.id: event for event in tracked},
        watches.channels(connection),
        events.channels(connection),
        {guild.id: guild.channel for guild in guilds.every(connection)},
        frozenset(watches.unprimed(connection)),
        frozenset(events.unprimed(connection)),
    )
