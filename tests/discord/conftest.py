"""The loopback Discord and a real discord.py that is logged in to it."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

with warnings.catch_warnings():
    # discord.py 2.7 still imports audioop, which warns on 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord

from bot.discord.api_base import DISCORD, use_api
from bot.discord.client import DiscordClient, run
from bot.discord.ringer import DiscordRinger
from tests.fakes.discord import FakeDiscord

Connect = Callable[[FakeDiscord, DiscordClient], AbstractAsyncContextManager[DiscordClient]]


@pytest.fixture(autouse=True)
def the_real_addresses_come_back() -> "object":
    """Each test leaves discord.py as it found it."""
    gateway = discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    yield
    use_api(DISCORD)
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        yield server


@asynccontextmanager
async def connected(fake: FakeDiscord, client: DiscordClient) -> AsyncIterator[DiscordClient]:
    """The client in a task group, as the composition root runs it, once it is ready."""
    async with asyncio.TaskGroup() as group:
        life = group.create_task(run(client, fake.world.token, api=fake.api))
        async with asyncio.timeout(10):
            await client.ready.wait()
        try:
            yield client
        finally:
            life.cancel()


@pytest.fixture
def connect() -> Connect:
    return connected


@pytest.fixture
async def client(fake: FakeDiscord) -> AsyncIterator[DiscordClient]:
    async with connected(fake, DiscordClient(guild_wait=0.05)) as ready:
        yield ready


@pytest.fixture
def ringer(client: DiscordClient) -> DiscordRinger:
    return DiscordRinger(client)
