"""The composition root: the one place that knows every room of the house and puts them together.

settings ─→ database ─→ door ─→ ringer (with a token Discord, else the terminal) ─→ pipeline ─→ services
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cli.doors import make_door
from bot.cli.faults import LATER, Fault
from bot.cli.supervise import Service, stop_on_signals, supervise, until_cancelled
from bot.pipeline.poll import PollRules
from bot.pipeline.ringer import Ringer
from bot.pipeline.run import Pipeline
from bot.terminal.console import Terminal
from bot.terminal.ringer import TerminalRinger
from config import Settings
from storage import seed
from storage.database import Database
from watchers.kinds import KINDS

if TYPE_CHECKING:
    from bot.discord.client import DiscordClient

LOCAL = 0
"""The guild of everything when there is no Discord."""
READY_SECONDS = 600.0  # as long as the client itself tries to log in

Run = Callable[[asyncio.Event], Awaitable[None]]
"""A service's life, until the event is set."""

Job = Callable[["House"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class House:
    """All that is open, while `opened` is entered. `client` is None without Discord."""

    settings: Settings
    database: Database
    pipeline: Pipeline
    client: "DiscordClient | None"

    async def connected(self) -> None:
        """Wait until messages can be delivered. Raises Fault when Discord keeps the bot waiting."""
        if self.client is None:
            return
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self.client.ready.wait()
        except TimeoutError:
            said = f"Discord has not let the bot in within {READY_SECONDS:.0f} seconds: try again later"
            raise Fault(said, LATER) from None


@asynccontextmanager
async def opened(settings: Settings, console: Terminal) -> AsyncIterator[House]:
    """Open what the settings name, and close it again in order. Raises StorageError, Fault."""
    database = await asyncio.to_thread(Database.open, settings.storage.url.get_secret_value(), pipeline=True)
    try:
        client, ringer = _ways_out(settings, database, TerminalRinger(console))
        async with make_door(settings) as door:
            pipeline = Pipeline(
                database, door, ringer, KINDS, rules(settings), concurrency=settings.poll.concurrency
            )
            yield House(settings, database, pipeline, client)
    finally:
        await asyncio.to_thread(database.close)


def _ways_out(
    settings: Settings, database: Database, terminal: Ringer
) -> "tuple[DiscordClient | None, Ringer]":
    if settings.discord.token is None:
        return None, terminal
    from bot.cli import with_discord

    return with_discord.make(database, terminal)


def rules(settings: Settings) -> PollRules:
    """What the settings say of polls."""

    def secret(variable: str) -> str | None:
        found = settings.credential(variable)
        return found.get_secret_value() if found else None

    return PollRules(settings.poll.min_interval, settings.poll.max_age, secret)


async def live(house: House, job: Job | None = None, started: Callable[[], None] | None = None) -> None:
    """Run until a signal comes; with a `job`, until that is done. Raises what a service died of, and Fault.

    `started` is called when the file's lists are in force.
    """
    stop, ready, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def start() -> None:
        await _bring(house)
        if started is not None:
            started()
        ready.set()
        if job is not None:
            await job(house)
            done.set()
            stop.set()

    services = [Service("start" if job is None else "job", _then_wait(start))]
    if job is None:
        services += [
            Service("polling", _after(ready, house.pipeline.polling)),
            Service("delivering", _after(ready, house.pipeline.delivering)),
            Service("configuration", _after(ready, house.pipeline.keeping_current)),
        ]
    if house.client is not None:
        from bot.cli import with_discord

        services.append(with_discord.service(house.settings, house.client))
    with stop_on_signals(stop):
        await supervise(services, stop)
    if job is not None and not done.is_set():
        raise Fault("stopped before all was done; the next call goes on from here", LATER)


def _then_wait(begin: Callable[[], Awaitable[None]]) -> Run:
    """A service that does something at once, given up if it is asked to end, and then has nothing to do."""

    async def run(ending: asyncio.Event) -> None:
        await until_cancelled(begin)(ending)
        await ending.wait()

    return run


def _after(ready: asyncio.Event, work: Run) -> Run:
    """The service, begun when all is loaded; one that is asked to end before that has nothing to do."""

    async def run(ending: asyncio.Event) -> None:
        await until_cancelled(ready.wait)(ending)
        if not ending.is_set():
            await work(ending)

    return run


async def _bring(house: House) -> None:
    """Bring the file's lists into storage for the guild whose they are, then load them."""
    settings = house.settings
    guild = await _guild(house)
    await house.database.write(
        seed.bring, guild, house.pipeline.now,
        sources=settings.sources, events=settings.events, watches=settings.watches,
        channel=settings.discord.channel if house.client else None,
    )  # fmt: skip
    await house.pipeline.load()


async def _guild(house: House) -> int:
    """Whose the file's watches are. Raises Fault when that cannot be told."""
    if house.client is None:
        return LOCAL
    if house.settings.discord.guild is not None:
        return house.settings.discord.guild
    await house.connected()
    guilds = [guild.id for guild in house.client.guilds]
    if len(guilds) == 1:
        return guilds[0]
    if not guilds:
        raise Fault("the bot is in no guild yet: invite it (tocsin doctor prints the link)")
    raise Fault(
        f"the bot is in {len(guilds)} guilds: say in the file whose watches these are, "
        "with guild = … under [discord]"
    )
