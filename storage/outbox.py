"""The outbox: messages that are behind what they should show, and how each attempt ended.

Within a channel order is kept: first sends in the order of their alerts, then edits. Channels do not
wait for one another. What is written here commits before and after a message leaves, never during.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, select, update

from storage import dialect, meta
from storage import tables as t

SHOWN = 300


@dataclass(frozen=True, slots=True)
class Claim:
    """A message about to leave, at the revision it should show.

    `attempted`: an earlier first send may have arrived although nothing was recorded.
    `reply_to`: where the last message of the same event stands in this channel.
    """

    message_id: int
    alert_id: int
    guild_id: int
    channel: int
    nonce: str
    revision: int
    ref: str | None
    attempted: bool
    attempts: int
    first_attempt_at: datetime
    reply_to: str | None


def _open() -> Any:
    closed = exists().where(
        t.channel_state.c.guild_id == t.message.c.guild_id,
        t.channel_state.c.channel == t.message.c.channel,
        t.channel_state.c.paused.is_not(None),
    )
    return and_(t.message.c.state == "pending", ~closed)


def _heads() -> Any:
    sends = func.min(case((t.message.c.sent_revision == 0, t.message.c.id)))
    first = func.coalesce(sends, func.min(t.message.c.id))
    return select(first).where(_open()).group_by(t.message.c.guild_id, t.message.c.channel)


def due(connection: Connection, now: datetime) -> list[int]:
    """The message that each open channel should take next, if its time has come: ids, the oldest first."""
    heads = select(t.message.c.id).where(t.message.c.id.in_(_heads()), t.message.c.next_attempt_at <= now)
    return list(connection.scalars(heads.order_by(t.message.c.id)))


def next_attempt(connection: Connection) -> datetime | None:
    """When the next message of any open channel is due."""
    times = select(func.min(t.message.c.next_attempt_at)).where(t.message.c.id.in_(_heads()))
    at: datetime | None = connection.execute(times).scalar()
    return at


def claim(connection: Connection, message_id: int, now: datetime) -> Claim | None:
    """Note that an attempt is being made; None when there is nothing to send any more. Commit, then send."""
    row = connection.execute(select(t.message).where(t.message.c.id == message_id)).first()
    if row is None or row.state != "pending":
        return None
    first = row.first_attempt_at or now
    values = {"first_attempt_at": first, "attempts": row.attempts + 1}
    connection.execute(update(t.message).where(t.message.c.id == message_id).values(**values))
    return Claim(
        message_id=row.id,
        alert_id=row.alert_id,
        guild_id=row.guild_id,
        channel=row.channel,
        nonce=row.nonce,
        revision=row.wanted_revision,
        ref=row.ref,
        attempted=row.ref is None and row.first_attempt_at is not None,
        attempts=row.attempts + 1,
        first_attempt_at=first,
        reply_to=_last_of_event(connection, row.alert_id),
    )


def _last_of_event(connection: Connection, alert_id: int) -> str | None:
    this, other = t.alert.alias(), t.alert.alias()
    same = and_(
        other.c.guild_id == this.c.guild_id,
        other.c.channel == this.c.channel,
        other.c.event_id == this.c.event_id,
        other.c.id < this.c.id,
    )
    ref: str | None = connection.execute(
        select(t.message.c.ref)
        .select_from(this)
        .join(other, same)
        .join(t.message, t.message.c.alert_id == other.c.id)
        .where(this.c.id == alert_id, t.message.c.state != "gone", t.message.c.ref.is_not(None))
        .order_by(other.c.id.desc())
        .limit(1)
    ).scalar()
    return ref


def sent(connection: Connection, claim: Claim, ref: str, now: datetime) -> None:
    """The message stands at `ref` and shows the claimed revision; what came meanwhile waits."""
    behind = t.message.c.wanted_revision > claim.revision
    _set(
        connection,
        claim.message_id,
        ref=ref,
        sent_revision=claim.revision,
        state=case((behind, "pending"), else_="sent"),
        sent_at=func.coalesce(t.message.c.sent_at, now),
        attempts=0,
        next_attempt_at=now,
        last_error=None,
    )


def later(connection: Connection, claim: Claim, error: str, at: datetime) -> None:
    """The place asked for patience: try again at that time."""
    _set(connection, claim.message_id, last_error=error[:SHOWN], next_attempt_at=at)


def gone(connection: Connection, claim: Claim, error: str) -> None:
    """The message was deleted where it stood: it, and it alone, is never touched again."""
    _set(connection, claim.message_id, state="gone", last_error=error[:SHOWN])


def refuse(connection: Connection, claim: Claim, error: str) -> None:
    """The place will never take this message: keep it for the operator, let the channel go on."""
    _set(connection, claim.message_id, state="refused", last_error=error[:SHOWN])


def _set(connection: Connection, message_id: int, **values: Any) -> None:
    connection.execute(update(t.message).where(t.message.c.id == message_id).values(**values))


def close_channel(connection: Connection, guild_id: int, channel: int, why: str, now: datetime) -> None:
    """Stop sending to a channel; its messages wait until it is opened."""
    _channel(connection, guild_id, channel, why, now)


def open_channel(connection: Connection, guild_id: int, channel: int, now: datetime) -> None:
    """Send to a channel again."""
    _channel(connection, guild_id, channel, None, now)


def _channel(connection: Connection, guild_id: int, channel: int, why: str | None, now: datetime) -> None:
    values = {"guild_id": guild_id, "channel": channel, "paused": why, "at": now}
    connection.execute(dialect.upsert(connection, t.channel_state, ("paused", "at")).values(**values))
    meta.configured(connection)


def closed_channels(connection: Connection) -> dict[tuple[int, int], str]:
    """The closed channels (guild, channel), and why."""
    rows = connection.execute(select(t.channel_state).where(t.channel_state.c.paused.is_not(None)))
    return {(row.guild_id, row.channel): row.paused for row in rows}


def counts(connection: Connection) -> dict[str, int]:
    """How many messages are in each state."""
    states = select(t.message.c.state, func.count().label("number")).group_by(t.message.c.state)
    return {row.state: row.number for row in connection.execute(states)}
