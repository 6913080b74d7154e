"""The way out: what a place to ring must offer to the outbox, and how it may fail."""

from dataclasses import dataclass
from typing import Protocol

from bot.pipeline.view import AlertView


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message stands. `ref` is the place's own id of it (Discord: the message's snowflake)."""

    ref: str


@dataclass(frozen=True, slots=True)
class Order:
    """One message to send or to edit.

    `nonce` (at most 25 characters) is the message's own and never changes between attempts.
    `ref` is None for a first send; `attempted` says that an earlier send may have arrived although
    no record of it was made. `reply_to` is the ref of the event's last message, when there is one.
    """

    channel: int
    nonce: str
    view: AlertView
    ref: str | None = None
    attempted: bool = False
    reply_to: str | None = None


class RingError(Exception):
    """Root of what a ringer raises; str() is fit for a log and holds no secret."""


class TryLater(RingError):
    """Nothing is wrong with the message: the place did not answer, or asks for patience."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds


class ChannelClosed(RingError):
    """This channel cannot be written to (gone, or no permission): pause it, keep its configuration."""


class MessageGone(RingError):
    """The message to edit exists no more: forget it, and it alone."""


class Refused(RingError):
    """The place will never take this message as it is: our bug; keep the row, tell the operator."""


class Ringer(Protocol):
    """A place to ring. Implementations: bot/terminal, bot/discord."""

    async def ring(self, order: Order) -> Sent:
        """Send (order.ref is None) or edit the message; raises RingError."""
        ...
