"""Where each message rings when there is Discord: there, unless it belongs to the terminal."""

from dataclasses import replace

from bot.pipeline.book import TERMINAL
from bot.pipeline.ringer import Order, Ringer, Sent
from bot.terminal.ringer import stands_here


class Switchboard:
    """Two places to ring. What has no channel, or was first shown in the terminal, stays in the terminal.

    A bot that was tried without a token has such messages: Discord knows neither their channel nor them.
    """

    def __init__(self, discord: Ringer, terminal: Ringer) -> None:
        self._discord = discord
        self._terminal = terminal

    async def ring(self, order: Order) -> Sent:
        """Ring at the place that the order belongs to; raises RingError."""
        if order.channel == TERMINAL or stands_here(order.ref):
            return await self._terminal.ring(order)
        reply_to = None if stands_here(order.reply_to) else order.reply_to
        return await self._discord.ring(replace(order, reply_to=reply_to))
