"""The pipeline as it runs: polls what is due, delivers what waits, notices when the configuration changes.

Each loop is one long task for a supervisor: it goes on until its `ending` is set, finishes what it
began, and dies loudly of anything that is not a source's or a channel's own fault.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.pipeline import book as books
from bot.pipeline.book import Book
from bot.pipeline.clock import Clock, utc_now
from bot.pipeline.deliver import Delivery, Outbox
from bot.pipeline.enrich import Pages
from bot.pipeline.poll import Poller, PollOutcome, PollRules
from bot.pipeline.prime import look_back
from bot.pipeline.ringer import Ringer
from storage import meta, sources
from storage.database import Connection, Database
from storage.errors import Unavailable
from storage.sources import Source
from watchers.fetch import Door
from watchers.watcher import Watcher

TICK = 1.0
"""Seconds between two looks at what is due and what changed."""
BATCH = 500

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Totals:
    """What polls came to. `fetched`: sources that brought content; `posts_new` includes no revisions."""

    sources: int = 0
    fetched: int = 0
    unchanged: int = 0
    failed: int = 0
    posts_new: int = 0
    matched: int = 0
    alerts: int = 0
    updates: int = 0

    def plus(self, outcome: PollOutcome) -> "Totals":
        """These totals with one more poll."""
        result = outcome.result
        return replace(
            self,
            sources=self.sources + 1,
            fetched=self.fetched + (outcome.state == "changed"),
            unchanged=self.unchanged + (outcome.state == "unchanged"),
            failed=self.failed + (outcome.state in ("failed", "waiting")),
            posts_new=self.posts_new + result.posts_new,
            matched=self.matched + result.matched,
            alerts=self.alerts + result.alerts,
            updates=self.updates + result.updates,
        )


class Pipeline:
    """Sources in, messages out. One instance a database; `load` it before anything else."""

    def __init__(
        self,
        database: Database,
        door: Door,
        ringer: Ringer,
        watchers: Mapping[str, Watcher],
        rules: PollRules,
        *,
        concurrency: int = 32,
        clock: Clock = utc_now,
        pages: Pages | None = None,
    ) -> None:
        self.totals = Totals()
        self._database = database
        self._clock = clock
        self._book: Book | None = None
        self._poller = Poller(database, door, watchers, self._current, rules, clock=clock, pages=pages)
        self._outbox = Outbox(database, ringer, clock=clock)
        self._turns = asyncio.Semaphore(concurrency)
        self._waiting = asyncio.Event()

    async def load(self) -> None:
        """Read the configuration and let new watches and events look back at the stored posts, in silence."""
        book = await self._database.read(books.load)
        if not (book.unprimed_watches or book.unprimed_events):
            self._book = book
            return
        after: int | None = 0
        while after is not None:
            after = await self._database.write(self._look_back, book, after)

    def _look_back(self, connection: Connection, book: Book, after: int) -> int | None:
        """One page. With the last, the new book is put in use on the writer's own thread, so that no post is
        written between the look back and the new watches."""
        following = look_back(connection, book, self._clock(), after)
        if following is None:
            self._book = books.load(connection)
        return following

    async def poll_all(self, *, only_due: bool = False) -> list[PollOutcome]:
        """Poll every enabled source once (or those due), and write down all that came of it."""
        wanted = sources.due if only_due else sources.enabled
        found = await self._database.read(wanted, self._clock())
        async with asyncio.TaskGroup() as group:
            polls = [group.create_task(self._poll(one), name=f"poll-{one.id}") for one in found]
        await self._poller.settle()
        return [poll.result() for poll in polls]

    async def deliver_all(self) -> list[Delivery]:
        """Send and edit until nothing is due."""
        return await self._outbox.deliver()

    async def polling(self, ending: asyncio.Event) -> None:
        """Poll sources as they become due."""
        under_way: set[int] = set()
        finished: set[int] = set()

        async def work(source: Source) -> None:
            with _patience():
                await self._poll(source)
            finished.add(source.id)

        async with asyncio.TaskGroup() as group:
            while not ending.is_set():
                with _patience():
                    # A source is due until its poll is written down, so it stays under way until then.
                    done = set(finished)
                    await self._poller.settle()
                    under_way -= done
                    finished -= done
                    for source in await self._due(under_way):
                        under_way.add(source.id)
                        group.create_task(work(source), name=f"poll-{source.id}")
                await _pause(ending, TICK)
        with _patience():
            await self._poller.settle()

    async def delivering(self, ending: asyncio.Event) -> None:
        """Deliver messages as they come due; at the end, once more what waits already."""
        while not ending.is_set():
            self._waiting.clear()
            some = False
            with _patience():
                some = bool(await self._outbox.deliver_once())
            if not some:
                await _either(ending, self._waiting, TICK)
        with _patience():
            await self._outbox.deliver_once()

    async def keeping_current(self, ending: asyncio.Event) -> None:
        """Load the configuration anew when its counter has moved, by whatever command or process."""
        while not ending.is_set():
            with _patience():
                version = await self._database.read(meta.count, meta.CONFIGURATION)
                if self._book is None or version != self._book.version:
                    await self.load()
                    _log.info("configuration.loaded", version=version)
            await _pause(ending, TICK)

    async def _due(self, under_way: Set[int]) -> Sequence[Source]:
        due = await self._database.read(sources.due, self._clock(), BATCH + len(under_way))
        return [source for source in due if source.id not in under_way]

    async def _poll(self, source: Source) -> PollOutcome:
        async with self._turns:
            outcome = await self._poller.poll(source)
        self.totals = self.totals.plus(outcome)
        if outcome.result.alerts or outcome.result.updates:
            self._waiting.set()
        return outcome

    def _current(self) -> Book:
        assert self._book is not None, "load() comes first"
        return self._book

    @property
    def now(self) -> datetime:
        """The pipeline's present moment."""
        return self._clock()


@contextmanager
def _patience() -> Iterator[None]:
    """A database that is locked or full costs this round, not the program: nothing was written."""
    try:
        yield
    except Unavailable as error:
        _log.error("storage.unavailable", error=str(error))


async def _pause(ending: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await ending.wait()
    except TimeoutError:
        pass


async def _either(ending: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.ensure_future(ending.wait()), asyncio.ensure_future(other.wait())]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
