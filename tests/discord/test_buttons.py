"""Buttons outlive a restart, answer the presser alone, and are found again by their ids."""

import discord

from bot.discord import labels
from bot.discord.buttons import ACTIONS, AlertButton, Handler, alert_row, answering, custom_id
from bot.discord.client import DiscordClient
from bot.discord.ringer import DiscordRinger
from tests.discord.conftest import Connect
from tests.discord.views import order
from tests.fakes.discord import FakeDiscord, Interaction

EPHEMERAL = 64


async def why(alert_id: int, guild_id: int | None) -> str:
    return f"alert {alert_id} of {guild_id}: *title* @everyone"


async def nothing(interaction: discord.Interaction, alert_id: int) -> None:
    """A handler that answers nothing."""


HANDLERS: dict[str, Handler] = {"why": answering(why)}


async def pressed(fake: FakeDiscord, action: str) -> Interaction:
    (message,) = fake.world.messages(fake.world.channel_id)
    asked = fake.person().press(message, f"tocsin:{action}:42")
    await fake.until(lambda: asked.shown)
    return asked


async def test_why_answers_the_presser_alone(fake: FakeDiscord, connect: Connect) -> None:
    async with connect(fake, DiscordClient(HANDLERS, guild_wait=0.05)) as client:
        await DiscordRinger(client).ring(order(fake.world.channel_id))
        asked = await pressed(fake, "why")
    (answer,) = asked.shown
    assert answer.payload["content"] == rf"alert 42 of {fake.world.guild_id}: \*title\* @" + "\u200beveryone"
    assert answer.payload["flags"] & EPHEMERAL
    assert len(fake.world.messages(fake.world.channel_id)) == 1  # nobody else sees it


async def test_a_button_works_after_a_restart(fake: FakeDiscord, connect: Connect) -> None:
    async with connect(fake, DiscordClient(HANDLERS, guild_wait=0.05)) as before:
        await DiscordRinger(before).ring(order(fake.world.channel_id))
    async with connect(fake, DiscordClient(HANDLERS, guild_wait=0.05)):
        asked = await pressed(fake, "why")
    assert "alert 42" in asked.shown[0].payload["content"]


async def test_a_button_without_a_handler_says_so(fake: FakeDiscord, connect: Connect) -> None:
    async with connect(fake, DiscordClient(guild_wait=0.05)) as client:
        await DiscordRinger(client).ring(order(fake.world.channel_id))
        asked = await pressed(fake, "why")
    assert asked.shown[0].payload["content"] == "This button is not in service."
    assert asked.shown[0].payload["flags"] & EPHEMERAL


async def test_a_long_answer_is_cut_at_a_line(fake: FakeDiscord, connect: Connect) -> None:
    async def long(alert_id: int, guild_id: int | None) -> str:
        return "\n".join(f"line {number} with some words" for number in range(200))

    async with connect(fake, DiscordClient({"why": answering(long)}, guild_wait=0.05)) as client:
        await DiscordRinger(client).ring(order(fake.world.channel_id))
        asked = await pressed(fake, "why")
    content = asked.shown[0].payload["content"]
    assert len(content) <= 2000
    assert content.endswith("words\n…")


async def test_one_endless_line_and_no_line_are_answered_too(fake: FakeDiscord, connect: Connect) -> None:
    texts = ["*" * 5000, ""]

    async def odd(alert_id: int, guild_id: int | None) -> str:
        return texts.pop(0)

    async with connect(fake, DiscordClient({"why": answering(odd)}, guild_wait=0.05)) as client:
        await DiscordRinger(client).ring(order(fake.world.channel_id))
        assert 0 < len((await pressed(fake, "why")).shown[0].payload["content"]) <= 2000
        assert (await pressed(fake, "why")).shown[0].payload["content"] == "There is nothing to tell."


async def test_the_row_shows_what_is_in_service() -> None:
    assert [item.custom_id for item in alert_row(7, {}).children] == ["tocsin:why:7"]
    everything: dict[str, Handler] = dict.fromkeys(ACTIONS, nothing)
    row = alert_row(7, everything)
    assert [item.item.label for item in row.children if isinstance(item, AlertButton)] == [
        labels.BUTTONS[action] for action in ACTIONS
    ]


def test_ids_fit_and_name_every_action() -> None:
    assert set(labels.BUTTONS) == set(ACTIONS)
    assert all(len(custom_id(action, 2**63 - 1)) <= 100 for action in ACTIONS)
