"""Alerts: what each channel is told of each story, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage import tables as t

NONCE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Alert:
    """What one channel is told of one story. `watches` are names; `silent`: noted, never rung."""

    id: int
    guild_id: int
    channel: int
    story_id: int
    event_id: int | None
    watches: list[str]
    why: str
    at: datetime
    silent: bool


def _alerts() -> Any:
    return select(t.alert, t.message.c.id.is_(None).label("silent")).outerjoin(
        t.message, t.message.c.alert_id == t.alert.c.id
    )


def _alert(row: Row[Any]) -> Alert:
    return Alert(**row._mapping)


def get(connection: Connection, alert_id: int) -> Alert | None:
    """One alert."""
    row = connection.execute(_alerts().where(t.alert.c.id == alert_id)).first()
    return _alert(row) if row else None


def of_story(connection: Connection, story_id: int) -> list[Alert]:
    """What all channels are told of this story."""
    rows = connection.execute(_alerts().where(t.alert.c.story_id == story_id).order_by(t.alert.c.id))
    return [_alert(row) for row in rows]


def of_guild(connection: Connection, guild_id: int, limit: int = 20) -> list[Alert]:
    """The guild's latest alerts that rang, the latest first."""
    rang = _alerts().where(t.alert.c.guild_id == guild_id, t.message.c.id.is_not(None))
    return [_alert(row) for row in connection.execute(rang.order_by(t.alert.c.id.desc()).limit(limit))]


def open_one(
    connection: Connection,
    place: tuple[int, int],
    story_id: int,
    now: datetime,
    *,
    event_id: int | None,
    watches: Sequence[str],
    why: str,
    silent: bool,
) -> int:
    """Tell a channel (`place`: guild and channel) of a story for the first time; returns the alert's id.

    Its message waits in the outbox, unless it is silent: then the channel counts as told.
    """
    guild_id, channel = place
    values: dict[str, Any] = {
        "guild_id": guild_id,
        "channel": channel,
        "story_id": story_id,
        "event_id": event_id,
        "watches": list(watches),
        "why": why,
        "at": now,
    }
    alert_id = int(connection.execute(insert(t.alert).values(**values).returning(t.alert.c.id)).scalar_one())
    if not silent:
        connection.execute(
            insert(t.message).values(
                alert_id=alert_id,
                guild_id=guild_id,
                channel=channel,
                nonce=token_hex(NONCE_BYTES),
                next_attempt_at=now,
            )
        )
    return alert_id


def add_evidence(
    connection: Connection, alert: Alert, now: datetime, *, event_id: int | None, watches: Sequence[str]
) -> None:
    """The alert's story grew: its message, if it stands, is to be edited."""
    told = [*alert.watches, *(name for name in watches if name not in alert.watches)]
    if told != alert.watches or (event_id is not None and alert.event_id is None):
        values = {"watches": told, "event_id": alert.event_id or event_id}
        connection.execute(update(t.alert).where(t.alert.c.id == alert.id).values(**values))
    # One that is already waiting keeps the time of its next attempt: evidence must not cut a pause short.
    connection.execute(
        update(t.message)
        .where(t.message.c.alert_id == alert.id, t.message.c.state == "sent")
        .values(next_attempt_at=now)
    )
    connection.execute(
        update(t.message)
        .where(t.message.c.alert_id == alert.id, t.message.c.state.in_(("pending", "sent")))
        .values(wanted_revision=t.message.c.wanted_revision + 1, state="pending")
    )
