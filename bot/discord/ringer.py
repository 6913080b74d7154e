"""The ringer that speaks through Discord: it sends, edits, and finds what an earlier attempt left behind."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import discord

from bot.discord import errors
from bot.discord.buttons import Handler, HasHandlers, alert_row, alerts_of
from bot.discord.embed import build_embed
from bot.discord.labels import ENGLISH, Words
from bot.pipeline.ringer import Order, Sent, TryLater

LOOK_BACK = 200  # messages of the channel in which an earlier attempt is looked for
NOBODY = discord.AllowedMentions.none()


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one order puts into the message."""

    embed: discord.Embed
    row: discord.ui.View


class DiscordRinger:
    """Rings in Discord's channels over a client that has logged in. Implements bot/pipeline/ringer.Ringer.

    An order is tried once; discord.py waits out short rate limits by itself. `seconds` bounds how long
    the caller waits, not the attempt: discord.py must not be cancelled while it waits for a global
    rate limit (its lock would stay closed for good), so the attempt goes on and the next one for the
    same nonce waits for its end first.
    """

    def __init__(self, client: discord.Client, words: Words = ENGLISH, seconds: float = 30.0) -> None:
        self._client = client
        self._words = words
        self._seconds = seconds
        self._underway: dict[str, asyncio.Task[Sent]] = {}

    async def ring(self, order: Order) -> Sent:
        """Send or edit; raises RingError. Equal nonces never give two messages."""
        if self._client.user is None or self._client.is_closed():
            raise TryLater("not connected to Discord")
        before = self._underway.get(order.nonce)
        if before is not None:
            await self._wait(before)
        task = asyncio.create_task(self._deliver(order), name=f"ring-{order.nonce}")
        self._underway[order.nonce] = task
        task.add_done_callback(lambda done: self._settled(order.nonce, done))
        await self._wait(task)
        return task.result()

    async def _wait(self, task: "asyncio.Task[Sent]") -> None:
        """Wait for an attempt's end, whatever it is; raises TryLater if it takes too long."""
        try:
            done, _ = await asyncio.wait({task}, timeout=self._seconds)
        except asyncio.CancelledError:
            task.cancel()  # the program stops
            raise
        if not done:
            raise TryLater("Discord is slow to answer")

    def _settled(self, nonce: str, task: "asyncio.Task[Sent]") -> None:
        if self._underway.get(nonce) is task:
            del self._underway[nonce]
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report it as lost

    async def _deliver(self, order: Order) -> Sent:
        channel = self._client.get_partial_messageable(order.channel)
        with errors.translated():
            ref = order.ref
            if ref is None and order.attempted:
                ref = await self._find(channel, order.view.alert_id)
            if ref is None:
                return await self._send(channel, order, order.nonce, order.reply_to)
            return await self._edit(channel, order, ref)

    async def _send(
        self, channel: discord.PartialMessageable, order: Order, nonce: str, reply_to: str | None
    ) -> Sent:
        """Post the message; discord.py makes Discord enforce the nonce. Replies where it may."""
        shown = self._show(order)
        reference = _reference(order.channel, reply_to)
        try:
            message = await _post(channel, shown, nonce, reference)
        except discord.Forbidden as error:
            if reference is None or error.code != errors.NO_HISTORY:
                raise
            message = await _post(channel, shown, nonce, None)
        return Sent(str(message.id))

    async def _edit(self, channel: discord.PartialMessageable, order: Order, ref: str) -> Sent:
        shown = self._show(order)
        message = channel.get_partial_message(int(ref))
        try:
            with errors.translated():
                await message.edit(embed=shown.embed, view=shown.row, allowed_mentions=NOBODY)
        except errors.EditLimit:
            return await self._reply_instead(channel, order, ref)
        return Sent(ref)

    async def _reply_instead(self, channel: discord.PartialMessageable, order: Order, ref: str) -> Sent:
        """Where an old message takes no more edits, a reply to it shows the news; later edits go to that."""
        earlier = await self._find(channel, order.view.alert_id, reply_to=int(ref))
        if earlier is not None and earlier != ref:
            return await self._edit(channel, order, earlier)
        return await self._send(channel, order, _reply_nonce(order, ref), ref)

    async def _find(
        self, channel: discord.PartialMessageable, alert_id: int, reply_to: int | None = None
    ) -> str | None:
        """Our message in the channel's recent ones that carries this alert's buttons, or None.

        Without Read Message History Discord shows an empty channel; the nonce still guards the first
        minutes.
        """
        assert self._client.user is not None
        async for message in channel.history(limit=LOOK_BACK):
            ours = message.author.id == self._client.user.id and alert_id in alerts_of(message)
            replied = message.reference.message_id if message.reference else None
            if ours and (reply_to is None or replied == reply_to):
                return str(message.id)
        return None

    def _show(self, order: Order) -> _Shown:
        handlers: Mapping[str, Handler] = {}
        if isinstance(self._client, HasHandlers):
            handlers = self._client.handlers
        row = alert_row(order.view.alert_id, handlers, self._words)
        return _Shown(build_embed(order.view, self._words), row)


async def _post(
    channel: discord.PartialMessageable,
    shown: _Shown,
    nonce: str,
    reference: discord.MessageReference | None,
) -> discord.Message:
    if reference is None:
        return await channel.send(embed=shown.embed, view=shown.row, nonce=nonce, allowed_mentions=NOBODY)
    return await channel.send(
        embed=shown.embed, view=shown.row, nonce=nonce, allowed_mentions=NOBODY, reference=reference
    )


def _reference(channel: int, reply_to: str | None) -> discord.MessageReference | None:
    """A reply that becomes a plain message if what it answers was deleted."""
    if reply_to is None:
        return None
    return discord.MessageReference(message_id=int(reply_to), channel_id=channel, fail_if_not_exists=False)


def _reply_nonce(order: Order, ref: str) -> str:
    """A nonce for the reply in place of an edit: its own, and the same at each attempt."""
    return hashlib.sha256(f"{order.nonce}:{ref}".encode()).hexdigest()[:25]
