"""With Discord there are two places to ring: each message stays where it belongs."""

from dataclasses import dataclass, field, replace

import pytest

from bot.cli.switchboard import Switchboard
from bot.pipeline.book import TERMINAL
from bot.pipeline.ringer import Order, Sent
from tests.discord.views import USUAL

CHANNEL = 100


@dataclass
class Place:
    """A ringer that keeps its orders."""

    name: str
    orders: list[Order] = field(default_factory=list)

    async def ring(self, order: Order) -> Sent:
        self.orders.append(order)
        return Sent(f"{self.name}:1")


@pytest.mark.parametrize(
    ("channel", "ref", "where"),
    [
        (CHANNEL, None, "discord"),
        (CHANNEL, "123", "discord"),
        (CHANNEL, "terminal:7", "terminal"),
        (TERMINAL, None, "terminal"),
        (TERMINAL, "terminal:7", "terminal"),
    ],
)
async def test_a_message_rings_where_it_belongs(channel: int, ref: str | None, where: str) -> None:
    discord, terminal = Place("discord"), Place("terminal")
    order = Order(channel, "nonce", USUAL, ref=ref)
    sent = await Switchboard(discord, terminal).ring(order)
    assert sent == Sent(f"{where}:1")
    assert (discord.orders, terminal.orders) == (([order], []) if where == "discord" else ([], [order]))


async def test_no_message_in_discord_answers_one_in_the_terminal() -> None:
    discord = Place("discord")
    board = Switchboard(discord, Place("terminal"))
    order = Order(CHANNEL, "nonce", USUAL, reply_to="terminal:7")
    await board.ring(order)
    await board.ring(replace(order, reply_to="123"))
    assert [one.reply_to for one in discord.orders] == [None, "123"]
