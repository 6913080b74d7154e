"""The composition root: the one place that knows every room of the house and puts them together.

settings ─→ database ─→ door ─→ ringer (Discord with a token, else the terminal) ─→ pipeline ─→ services
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.cli.doors import make_door
from bot.cli.faults import Fault
from bot.cli.supervise import Service, stop_on_signals, supervise, until_cancelled
from bot.discord import client as discord_client
from bot.discord.client import DiscordClient
from bot.discord.ringer import DiscordRinger
from bot.pipeline.poll import PollRules
from bot.pipeline.ringer import Ringer
from bot.pipeline.run import Pipeline
from bot.terminal.console import Terminal
from bot.terminal.ringer import TerminalRinger
from config import Settings
from storage import seed
from storage.database import Database
from storage.seed import Seeded
from watchers.kinds import KINDS

LOCAL = 0
"""The guild of everything when there is no Discord."""
READY_SECONDS = 120.0

Job = Callable[[Pipeline], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class House:
    """All that is open, while `opened` is entered. `client` is None without Discord."""

    settings: Settings
    database: Database
    pipeline: Pipeline
    client: DiscordClient | None


@asynccontextmanager
async def opened(settings: Settings, console: Terminal) -> AsyncIterator[House]:
    """Open what the settings name, and close it again in order. Raises StorageError, Fault."""
    database = await asyncio.to_thread(Database.open, settings.storage.url.get_secret_value(), pipeline=True)
    try:
        client = DiscordClient() if settings.discord.token else None
        ringer: Ringer = DiscordRinger(client) if client else TerminalRinger(console)
        async with make_door(settings) as door:
            pipeline = Pipeline(
                database, door, ringer, KINDS, rules(settings), concurrency=settings.poll.concurrency
            )
            yield House(settings, database, pipeline, client)
    finally:
        await asyncio.to_thread(database.close)


def rules(settings: Settings) -> PollRules:
    """What the settings say of polls."""

    def secret(variable: str) -> str | None:
        found = settings.credential(variable)
        return found.get_secret_value() if found else None

    return PollRules(settings.poll.min_interval, settings.poll.max_age, secret)


async def live(house: House, job: Job | None = None, started: Callable[[Seeded], None] | None = None) -> None:
    """Run until a signal comes; with a `job`, until that is done. Raises what a service died of."""
    stop, ready = asyncio.Event(), asyncio.Event()
    services = [_pipeline(house, job, stop, ready, started)]
    if job is None:
        services += [
            Service("polling", _after(ready, house.pipeline.polling)),
            Service("delivering", _after(ready, house.pipeline.delivering)),
            Service("configuration", _after(ready, house.pipeline.keeping_current)),
        ]
    if house.client is not None:
        services.append(_discord(house.settings, house.client))
    with stop_on_signals(stop):
        await supervise(services, stop)


def _pipeline(
    house: House,
    job: Job | None,
    stop: asyncio.Event,
    ready: asyncio.Event,
    started: Callable[[Seeded], None] | None,
) -> Service:
    async def run(ending: asyncio.Event) -> None:
        work = asyncio.ensure_future(_start(house, started))
        asked = asyncio.ensure_future(ending.wait())
        await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            return
        asked.cancel()
        work.result()
        ready.set()
        if job is not None:
            await job(house.pipeline)
            stop.set()
        await ending.wait()

    return Service("start" if job is None else "job", run)


async def _start(house: House, started: Callable[[Seeded], None] | None) -> None:
    """Bring the file's lists into storage for the guild whose they are, then load them."""
    settings = house.settings
    guild = await _guild(settings, house.client)
    seeded = await house.database.write(
        seed.bring, guild, house.pipeline.now,
        sources=settings.sources, events=settings.events, watches=settings.watches,
        channel=settings.discord.channel if house.client else None,
    )  # fmt: skip
    await house.pipeline.load()
    if started is not None:
        started(seeded)


async def _guild(settings: Settings, client: DiscordClient | None) -> int:
    """Whose the file's watches are. Raises Fault when that cannot be told."""
    if client is None:
        return LOCAL
    if settings.discord.guild is not None:
        return settings.discord.guild
    async with asyncio.timeout(READY_SECONDS):
        await client.ready.wait()
    guilds = [guild.id for guild in client.guilds]
    if len(guilds) == 1:
        return guilds[0]
    if not guilds:
        raise Fault("the bot is in no guild yet: invite it (tocsin doctor prints the link)")
    raise Fault(
        f"the bot is in {len(guilds)} guilds: say in the file whose watches these are, "
        "with guild = … under [discord]"
    )


def _after(
    ready: asyncio.Event, run: Callable[[asyncio.Event], Awaitable[None]]
) -> Callable[[asyncio.Event], Awaitable[None]]:
    """The service, begun when all is loaded; one that is asked to end before that has nothing to do."""

    async def live(ending: asyncio.Event) -> None:
        waits = {asyncio.ensure_future(ready.wait()), asyncio.ensure_future(ending.wait())}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not ending.is_set():
            await run(ending)

    return live


def _discord(settings: Settings, client: DiscordClient) -> Service:
    assert settings.discord.token is not None
    token, api = settings.discord.token.get_secret_value(), str(settings.discord.api)
    return Service("discord", until_cancelled(lambda: discord_client.run(client, token, api=api)))
