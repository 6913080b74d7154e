"""Bringing the operator's file into storage, by the contract of storage.owned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table

from config.specs import EventSpec, SourceSpec, WatchSpec
from storage import guilds, owned, sources
from storage import tables as t


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a start changed: counts of rows."""

    added: int
    changed: int
    paused: int


class _Tally:
    def __init__(self) -> None:
        self.outcomes: list[str] = []
        self.paused = 0

    def total(self) -> Seeded:
        return Seeded(self.outcomes.count("added"), self.outcomes.count("changed"), self.paused)


def bring(
    connection: Connection,
    guild_id: int,
    now: datetime,
    *,
    sources: Iterable[SourceSpec],
    events: Iterable[EventSpec],
    watches: Iterable[WatchSpec],
    channel: int | None = None,
) -> Seeded:
    """Apply the file's lists, for the guild whose they are, which comes to be if it was not.

    `channel` is the file's default channel: it applies while the guild has none of its own.
    """
    guilds.join(connection, guild_id, now)
    _default_channel(connection, guild_id, channel)
    tally = _Tally()
    _sources(connection, guild_id, now, sources, tally)
    fresh = {"created_at": now}
    keyed = [({"guild_id": guild_id, "key": one.key}, _event(one)) for one in events]
    _rows(connection, t.event, keyed, fresh, tally)
    named = [({"guild_id": guild_id, "name": one.name}, _watch(one)) for one in watches]
    _rows(connection, t.watch, named, fresh, tally)
    return tally.total()


def _default_channel(connection: Connection, guild_id: int, channel: int | None) -> None:
    known = guilds.get(connection, guild_id)
    if channel is not None and known is not None and known.channel is None:
        guilds.change(connection, guild_id, channel=channel)


def _rows(
    connection: Connection,
    table: Table,
    rows: Iterable[tuple[dict[str, Any], dict[str, Any]]],
    fresh: dict[str, Any],
    tally: _Tally,
) -> list[int]:
    listed = []
    for keys, fields in rows:
        tally.outcomes.append(owned.bring(connection, table, keys, fields, fresh))
        row = owned.find(connection, table, keys)
        assert row is not None
        listed.append(int(row.id))
    tally.paused += owned.retire(connection, table, set(listed))
    return listed


def _sources(
    connection: Connection, guild_id: int, now: datetime, specs: Iterable[SourceSpec], tally: _Tally
) -> None:
    rows = [({"kind": one.kind, "url": one.url}, _source(one)) for one in specs]
    listed = _rows(connection, t.source, rows, {"next_poll_at": now}, tally)
    mine = {source.id for source in sources.of_guild(connection, guild_id)}
    for source_id in listed:
        if source_id not in mine:
            sources.subscribe(connection, guild_id, source_id, now)


def _source(spec: SourceSpec) -> dict[str, Any]:
    return {
        "name": spec.name or "",
        "lang": spec.lang,
        "options": dict(spec.options),
        "every": _seconds(spec.every),
        "lookback": _seconds(spec.lookback),
    }


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span else None


def _event(spec: EventSpec) -> dict[str, Any]:
    return {
        "title": spec.title,
        "who": list(spec.who),
        "what": list(spec.what),
        "channel": spec.channel,
        "status": spec.status,
        "since": spec.since,
        "expected": spec.expected.at if spec.expected else None,
        "precision": spec.expected.precision if spec.expected else None,
    }


def _watch(spec: WatchSpec) -> dict[str, Any]:
    return {
        "query": spec.query,
        "channel": spec.channel,
        "min_sources": spec.min_sources,
        "statuses": list(spec.statuses),
        "trust": list(spec.trust),
        "leave_out": list(spec.leave_out),
    }
