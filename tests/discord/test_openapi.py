"""Whatever passes between the real discord.py and the fake fits Discord's own description of its API."""

from dataclasses import replace

import discord
import pytest
from discord import app_commands

from bot.discord.buttons import ACTIONS, Handler, answering
from bot.discord.client import DiscordClient
from bot.discord.ringer import DiscordRinger
from bot.pipeline.ringer import RingError
from tests.discord import openapi
from tests.discord.conftest import Connect
from tests.discord.views import EMPTY, HOSTILE, USUAL, order
from tests.fakes.discord import Exchange, FakeDiscord, Fault
from tests.fakes.discord import permissions as can

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not openapi.FILE.exists(), reason="Discord's API description is not at hand"),
]


async def tell(alert_id: int, guild_id: int | None) -> str:
    return f"why {alert_id}"


HANDLERS: dict[str, Handler] = dict.fromkeys(ACTIONS, answering(tell))


def fits(fake: FakeDiscord) -> None:
    assert fake.log
    assert [fault for one in fake.log for fault in openapi.faults(one)] == []


async def test_alerts_edits_replies_and_presses(fake: FakeDiscord, connect: Connect) -> None:
    channel = fake.world.channel_id
    async with connect(fake, DiscordClient(HANDLERS, guild_wait=0.05)) as client:
        ringer = DiscordRinger(client)
        sent = await ringer.ring(order(channel))
        await ringer.ring(order(channel, replace(USUAL, source_count=3), ref=sent.ref))
        await ringer.ring(order(channel, replace(HOSTILE, alert_id=43), reply_to=sent.ref))
        await ringer.ring(order(channel, replace(EMPTY, alert_id=44)))
        await ringer.ring(order(channel, attempted=True))
        asked = fake.person().press(fake.world.messages(channel)[0], "tocsin:mute:42")
        await fake.until(lambda: asked.shown)
    fits(fake)


async def test_refusals(fake: FakeDiscord, connect: Connect) -> None:
    channel = fake.world.channel_id
    async with connect(fake, DiscordClient(guild_wait=0.05)) as client:
        ringer = DiscordRinger(client)
        sent = await ringer.ring(order(channel))
        fake.world.clock.advance(7200)
        fake.world.old_edits_allowed = 0
        await ringer.ring(order(channel, ref=sent.ref))
        fake.faults.order(
            Fault("limit", "POST", "/messages$"), Fault("limit", "POST", "/messages$", scope="global")
        )
        await ringer.ring(order(channel, replace(USUAL, alert_id=43)))
        fake.world.delete_message(channel, sent.ref)
        for bits in (0, can.VIEW_CHANNEL, can.SEND_MESSAGES):
            fake.world.deny(channel, bits)
            with pytest.raises(RingError):
                await ringer.ring(
                    order(channel, nonce="n" * 30) if not bits else order(channel, replace(USUAL, alert_id=9))
                )
        fake.world.deny(channel, 0)
        with pytest.raises(RingError):
            await ringer.ring(order(channel, ref=sent.ref))
    fits(fake)


async def test_threads_commands_and_the_account(fake: FakeDiscord, connect: Connect) -> None:
    async with connect(fake, DiscordClient(guild_wait=0.05)) as client:
        tree = app_commands.CommandTree(client)
        command = app_commands.Command(name="ping", description="Answer", callback=_ping)
        tree.add_command(command)
        await tree.sync()
        await tree.sync(guild=discord.Object(int(fake.world.guild_id)))
        asked = fake.person().command("ping", {"word": "x"})
        await fake.until(lambda: len(asked.shown) == 2)
        text = client.get_channel(int(fake.world.channel_id))
        forum = client.get_channel(int(fake.world.forum_id))
        assert isinstance(text, discord.TextChannel)
        assert isinstance(forum, discord.ForumChannel)
        message = await text.send("start", allowed_mentions=discord.AllowedMentions.none())
        thread = await message.create_thread(name="event")
        await thread.edit(archived=True)
        await forum.create_thread(name="post", content="first")
        await text.create_thread(name="loose", type=discord.ChannelType.public_thread)
        await client.fetch_guild(int(fake.world.guild_id), with_counts=False)
        await text.guild.fetch_channels()
        await text.guild.active_threads()
        await client.fetch_channel(text.id)
        await text.guild.fetch_member(int(fake.world.owner["id"]))
        owner = await client.fetch_user(int(fake.world.owner["id"]))
        await owner.send("hello")
        await message.delete()
        assert [guild.id async for guild in client.fetch_guilds()] == [int(fake.world.guild_id)]
    fits(fake)


async def _ping(interaction: discord.Interaction, word: str, times: int = 1) -> None:
    await interaction.response.send_message(word * times)
    await interaction.followup.send("again", ephemeral=True)
    await interaction.edit_original_response(content="edited")


def test_the_check_finds_a_fault() -> None:
    base = Exchange(0.0, "GET", "/users/@me", "/users/@me", {}, None, 200, {"id": "1"})
    assert openapi.faults(base)
    assert openapi.faults(replace(base, route="/nowhere")) == ["GET /nowhere is not in the description"]
    sent = replace(base, method="POST", route="/channels/{channel}/messages", answer=None)
    assert openapi.faults(replace(sent, body={"content": 5}))
    assert not openapi.faults(replace(sent, body={"content": "5"}))
