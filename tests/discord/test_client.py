"""The connection's life: start, loss, return, refusal, stop."""

import asyncio
import threading

import discord
import pytest

from bot.discord.api_base import BadApiBase, use_api
from bot.discord.client import DiscordClient, TokenRefused, Unreachable, run
from tests.discord.conftest import Connect
from tests.fakes.discord import FakeDiscord, Fault

GUILDS = 1
IDENTIFY, RESUME = 2, 6


class Eager(DiscordClient):
    """discord.py rests five seconds before each identification but the first; tests need not."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        return


def heard(fake: FakeDiscord, op: int) -> list[dict[str, object]]:
    return [frame["d"] for frame in fake.gateway.heard if frame["op"] == op]


async def test_it_asks_for_guilds_only(fake: FakeDiscord, client: DiscordClient) -> None:
    (identify,) = heard(fake, IDENTIFY)
    assert identify["intents"] == GUILDS
    assert identify["shard"] == [0, 1]
    assert [guild.name for guild in client.guilds] == ["Newsroom"]


async def test_it_knows_what_it_may_do(fake: FakeDiscord, client: DiscordClient) -> None:
    channel = client.get_channel(int(fake.world.channel_id))
    assert isinstance(channel, discord.TextChannel)
    allowed = channel.permissions_for(channel.guild.me)
    assert allowed.send_messages
    assert allowed.embed_links
    assert not allowed.administrator


async def test_many_shards_share_the_guilds(fake: FakeDiscord, connect: Connect) -> None:
    fake.world.shards = 2
    async with connect(fake, Eager(guild_wait=0.05)) as client:
        assert [one["shard"] for one in heard(fake, IDENTIFY)] == [[0, 2], [1, 2]]
        assert len(client.guilds) == 1


@pytest.mark.parametrize("how", ["reconnect", "close", "cut"])
async def test_a_lost_gateway_is_resumed_and_misses_nothing(
    fake: FakeDiscord, connect: Connect, how: str
) -> None:
    async with connect(fake, Eager(guild_wait=0.05)) as client:
        getattr(fake.gateway, how)()
        made = fake.world.add_channel("made-meanwhile")
        await fake.until(lambda: heard(fake, RESUME))
        fake.gateway.demand_heartbeat()  # what comes after the replay shows that the replay has come
        beats = sum(frame["op"] == 1 for frame in fake.gateway.heard)
        await fake.until(lambda: sum(frame["op"] == 1 for frame in fake.gateway.heard) > beats)
        assert client.get_channel(int(made["id"])) is not None
        assert len(heard(fake, IDENTIFY)) == 1


async def test_an_invalid_session_starts_anew_at_the_same_gateway(
    fake: FakeDiscord, connect: Connect
) -> None:
    """discord.py falls back to its default gateway here: it must be ours."""
    async with connect(fake, Eager(guild_wait=0.05)):
        fake.gateway.invalidate()
        await fake.until(lambda: len(heard(fake, IDENTIFY)) == 2)


async def test_heartbeats_are_sent_and_acknowledged(fake: FakeDiscord, connect: Connect) -> None:
    fake.gateway.heartbeat_ms = 20
    async with connect(fake, DiscordClient(guild_wait=0.05)) as client:
        await fake.until(lambda: sum(frame["op"] == 1 for frame in fake.gateway.heard) > 3)
        assert client.latency < 5


async def test_a_refused_token_is_told_without_showing_it(fake: FakeDiscord) -> None:
    with pytest.raises(TokenRefused) as caught:
        await run(DiscordClient(), "wrong.secret.token", api=fake.api)
    assert "DISCORD_TOKEN" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_token_withdrawn_later_ends_the_connection(fake: FakeDiscord) -> None:
    client = DiscordClient(guild_wait=0.05)
    life = asyncio.create_task(run(client, fake.world.token, api=fake.api))
    await client.ready.wait()
    fake.gateway.close(4004)
    with pytest.raises(TokenRefused):
        await life
    assert not client.ready.is_set()


async def test_other_fatal_closes_are_not_hidden(fake: FakeDiscord) -> None:
    client = DiscordClient(guild_wait=0.05)
    life = asyncio.create_task(run(client, fake.world.token, api=fake.api))
    await client.ready.wait()
    fake.gateway.close(4013)
    with pytest.raises(discord.ConnectionClosed):
        await life


@pytest.mark.parametrize(
    "fault",
    [
        Fault("refuse", path="/users/@me"),
        Fault("status", path="/gateway/bot"),
        Fault("refuse", path="/gateway/bot"),
    ],
    ids=["login", "gateway answers 503", "gateway cuts"],
)
async def test_a_network_that_is_away_at_the_start_is_awaited(
    fake: FakeDiscord, connect: Connect, fault: Fault
) -> None:
    fault.times = 2  # aiohttp itself repeats a GET whose kept connection broke
    fake.faults.order(fault)
    async with connect(fake, DiscordClient(guild_wait=0.05)) as client:
        assert client.is_ready()


async def test_a_network_that_stays_away_is_told() -> None:
    async with FakeDiscord() as gone:
        api = gone.api
    with pytest.raises(Unreachable, match="could not be reached"):
        await run(DiscordClient(), "any", api=api, attempts=2, seconds=5.0)


async def test_it_stops_in_order(fake: FakeDiscord, connect: Connect) -> None:
    async with connect(fake, DiscordClient(guild_wait=0.05)) as client:
        assert fake.gateway.sockets
    assert client.is_closed()
    await fake.until(lambda: not fake.gateway.sockets)
    beating = [thread for thread in threading.enumerate() if thread.name.startswith("keep-alive")]
    for thread in beating:
        thread.join(2)
    assert not any(thread.is_alive() for thread in beating)


async def test_it_can_be_stopped_while_it_logs_in(fake: FakeDiscord) -> None:
    fake.faults.order(Fault("late", path="/users/@me"))
    life = asyncio.create_task(run(DiscordClient(), fake.world.token, api=fake.api))
    await fake.until(lambda: fake.log)
    life.cancel()
    with pytest.raises(asyncio.CancelledError):
        await life


@pytest.mark.parametrize(
    "base", ["ftp://a", "nonsense", "http://", "http://a/?q=1", "http://name:secret@a/api", "http://[x"]
)
def test_a_bad_address_is_refused_without_its_secret(base: str) -> None:
    with pytest.raises(BadApiBase) as caught:
        use_api(base)
    assert "TOCSIN_DISCORD_API" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_address_can_end_in_a_slash() -> None:
    use_api("http://127.0.0.1:1/api/v10/")
    assert discord.http.Route("GET", "/users/@me").url == "http://127.0.0.1:1/api/v10/users/@me"


def test_without_an_address_it_is_discord() -> None:
    use_api("http://127.0.0.1:1/api/v10")
    use_api(None)
    assert discord.http.Route.BASE.startswith("https://discord.com/api/v")
