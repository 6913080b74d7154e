"""What doctor learns of Discord: the token, the invite link, and what is missing where alerts ring."""

import warnings

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord

from bot.discord.check import NEEDED, ChannelState, check
from bot.discord.client import TokenRefused, Unreachable
from tests.fakes.discord import FakeDiscord


async def test_all_is_well(fake: FakeDiscord) -> None:
    channel = int(fake.world.channel_id)
    state = await check(fake.world.token, [channel], api=fake.api)
    assert state.bot.startswith("tocsin-fake")
    assert state.guilds == (int(fake.world.guild_id),)
    assert state.channels == (ChannelState(channel, "alerts"),)
    assert f"client_id={fake.world.application_id}" in state.invite
    assert f"permissions={NEEDED.value}" in state.invite
    assert "scope=bot+applications.commands" in state.invite
    assert not fake.world.stored[fake.world.channel_id]


async def test_a_missing_permission_is_named(fake: FakeDiscord) -> None:
    denied = discord.Permissions(embed_links=True, send_messages=True)
    fake.world.channels[fake.world.channel_id]["permission_overwrites"] = [
        {"id": fake.world.bot["id"], "type": 1, "allow": "0", "deny": str(denied.value)}
    ]
    (state,) = (await check(fake.world.token, [int(fake.world.channel_id)], api=fake.api)).channels
    assert state.fault == "lacks permissions: Send Messages, Embed Links"
    assert state.mend == "allow the bot there: Send Messages, Embed Links"


async def test_a_channel_that_is_not_there_is_told(fake: FakeDiscord) -> None:
    (state,) = (await check(fake.world.token, [7], api=fake.api)).channels
    assert (state.channel, state.fault) == (7, "does not exist")


async def test_a_hidden_channel_is_told(fake: FakeDiscord) -> None:
    hidden = discord.Permissions(view_channel=True)
    fake.world.channels[fake.world.channel_id]["permission_overwrites"] = [
        {"id": fake.world.bot["id"], "type": 1, "allow": "0", "deny": str(hidden.value)}
    ]
    (state,) = (await check(fake.world.token, [int(fake.world.channel_id)], api=fake.api)).channels
    assert state.fault is not None
    assert "View Channel" in (state.mend or "")


async def test_a_refused_token_is_told_and_not_repeated(fake: FakeDiscord) -> None:
    with pytest.raises(TokenRefused) as caught:
        await check("wrong.token.here", [], api=fake.api)
    assert "wrong.token.here" not in str(caught.value)
    assert "DISCORD_TOKEN" in str(caught.value)


async def test_a_discord_that_is_away_is_told() -> None:
    with pytest.raises(Unreachable, match="could not be reached"):
        await check("t", [], api="http://127.0.0.1:9/api/v10")
