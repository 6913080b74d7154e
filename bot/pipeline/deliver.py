"""The outbox's other half: takes messages that are behind, renders, sends or edits, records.

    claim (committed) ─→ render ─→ ring ─→ sent | later | gone | refused | channel closed (committed)

A crash after the claim shows: the next order says `attempted`. Within a channel one message at a time;
channels side by side.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.pipeline.clock import Clock, utc_now
from bot.pipeline.render import render
from bot.pipeline.ringer import ChannelClosed, MessageGone, Order, Refused, Ringer, Sent, TryLater
from bot.pipeline.view import AlertView
from storage import outbox
from storage.database import Connection, Database
from storage.outbox import Claim

_log = structlog.get_logger(__name__)

AT_ONCE = 16
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one attempt ended. `state`: sent, edited, later, gone, refused or closed."""

    message_id: int
    alert_id: int
    state: str


class Outbox:
    """Delivers what waits. One instance a database: it is the only one that sends."""

    def __init__(self, database: Database, ringer: Ringer, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._ringer = ringer
        self._clock = clock

    async def deliver(self) -> list[Delivery]:
        """Send what is due and what becomes due by that, until nothing is; returns every attempt."""
        done: list[Delivery] = []
        while round_ := await self.deliver_once():
            done += round_
        return done

    async def deliver_once(self) -> list[Delivery]:
        """Attempt the message that each channel should take next, if its time has come."""
        due = await self._database.read(outbox.due, self._clock())
        turns = asyncio.Semaphore(AT_ONCE)

        async def attempt(message_id: int) -> Delivery | None:
            async with turns:
                return await self._attempt(message_id)

        # Every attempt ends before the next round begins: two at once would send one message twice.
        attempts = await asyncio.gather(*(attempt(one) for one in due), return_exceptions=True)
        for one in attempts:
            if isinstance(one, BaseException):
                raise one
        return [one for one in attempts if isinstance(one, Delivery)]

    async def _attempt(self, message_id: int) -> Delivery | None:
        claim = await self._database.write(outbox.claim, message_id, self._clock())
        if claim is None:
            return None
        view = await self._database.read(render, claim.alert_id, claim.revision)
        if view is None:
            return await self._end(claim, "gone", outbox.gone, "its alert is no longer stored")
        try:
            sent = await self._ringer.ring(_order(claim, view))
        except TryLater as error:
            return await self._later(claim, str(error), error.retry_after)
        except ChannelClosed as error:
            return await self._close(claim, str(error))
        except MessageGone as error:
            return await self._end(claim, "gone", outbox.gone, str(error))
        except Refused as error:
            _log.error("message.refused", alert=claim.alert_id, channel=claim.channel, error=str(error))
            return await self._end(claim, "refused", outbox.refuse, str(error))
        except Exception:  # noqa: BLE001 -- a bug must not stop the other channels, nor lose the message
            _log.exception("message.bug", alert=claim.alert_id, channel=claim.channel)
            return await self._later(claim, "an error of the program's own; its log has the details", None)
        await self._database.write(self._sent, claim, sent)
        _log.info("message.sent", alert=claim.alert_id, channel=claim.channel, revision=claim.revision)
        return Delivery(claim.message_id, claim.alert_id, "edited" if claim.ref else "sent")

    def _sent(self, connection: Connection, claim: Claim, sent: Sent) -> None:
        outbox.sent(connection, claim, sent.ref, self._clock())

    async def _later(self, claim: Claim, error: str, retry_after: float | None) -> Delivery:
        pause = max(_pause(claim.attempts), timedelta(seconds=retry_after or 0))
        await self._database.write(outbox.later, claim, error, self._clock() + pause)
        _log.warning("message.later", alert=claim.alert_id, channel=claim.channel, error=error)
        return Delivery(claim.message_id, claim.alert_id, "later")

    async def _close(self, claim: Claim, error: str) -> Delivery:
        await self._database.write(self._closed, claim, error)
        _log.error("channel.closed", guild=claim.guild_id, channel=claim.channel, error=error)
        return Delivery(claim.message_id, claim.alert_id, "closed")

    def _closed(self, connection: Connection, claim: Claim, error: str) -> None:
        now = self._clock()
        outbox.later(connection, claim, error, now)
        outbox.close_channel(connection, claim.guild_id, claim.channel, error, now)

    async def _end(
        self, claim: Claim, state: str, end: Callable[[Connection, Claim, str], None], error: str
    ) -> Delivery:
        await self._database.write(end, claim, error)
        return Delivery(claim.message_id, claim.alert_id, state)

    async def next_attempt(self) -> datetime | None:
        """When the next waiting message is due; None when none waits."""
        return await self._database.read(outbox.next_attempt)


def _order(claim: Claim, view: AlertView) -> Order:
    return Order(
        channel=claim.channel,
        nonce=claim.nonce,
        view=view,
        ref=claim.ref,
        attempted=claim.attempted,
        reply_to=claim.reply_to,
    )


def _pause(attempts: int) -> timedelta:
    # The exponent is bounded so that a message that has waited for a year overflows nothing.
    doublings = min(attempts - 1, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
