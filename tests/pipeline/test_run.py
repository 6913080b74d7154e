"""The pipeline as it runs: loops over a real file, a loopback feed, and changes by another process."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.pipeline import prime, run
from bot.pipeline.clock import utc_now
from bot.pipeline.poll import PollRules
from bot.pipeline.run import Pipeline, Totals
from storage import alerts, guilds, outbox, sources, watches
from storage.database import Database
from tests.fakes.web import Web
from watchers.fetch import Door
from watchers.kinds import KINDS

from .conftest import DAY, DELAYED, RELEASED, REPORTE, WEATHER, Bell, Stage
from .test_poll import NOW as FEED_TIME
from .test_poll import rss

TIMEOUT = 20.0


def feed(*items: tuple[str, str]) -> str:
    """A feed of the present day."""
    old = FEED_TIME.strftime("%a, %d %b %Y")
    return (
        rss(*items)
        .replace(old, utc_now().strftime("%a, %d %b %Y"))
        .replace("11:00:00 +0000", "00:00:00 +0000")
    )


@dataclass
class Running:
    """A pipeline and what surrounds it; `beside` is a second process's view of the same file."""

    web: Web
    pipeline: Pipeline
    beside: Stage
    bell: Bell
    rang: asyncio.Event = field(default_factory=asyncio.Event)

    def source(self, path: str, every: float = 3600, lookback: float | None = DAY.total_seconds()) -> int:
        with self.beside.database.transaction() as connection:
            guilds.join(connection, 0, utc_now())
            url = self.web.url(path)
            key = sources.put(connection, "feed", url, utc_now(), every=every, lookback=lookback)
            sources.subscribe(connection, 0, key, utc_now())
        return key


@pytest.fixture
async def running(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setattr(run, "TICK", 0.02)
    database, beside = Database.open(url, pipeline=True), Database.open(url)
    bell = Bell()
    async with Web() as web, Door(user_agent="test", allow=["127.0.0.0/8"]) as door:
        rules = PollRules(min_interval=FEED_TIME - FEED_TIME)
        pipeline = Pipeline(database, door, bell, KINDS, rules, concurrency=2)
        yield Running(web, pipeline, Stage(beside), bell)
    database.close()
    beside.close()


@contextlib.asynccontextmanager
async def live(*loops: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncIterator[None]:
    """Run the loops during the block, then end them as a supervisor does."""
    ending = asyncio.Event()
    async with asyncio.timeout(TIMEOUT), asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(loop(ending))  # type: ignore[arg-type]
        try:
            yield
        finally:
            ending.set()


async def until(true: Callable[[], bool]) -> None:
    """Wait for what the loops will bring about; the test's time-out is the limit."""
    while not true():  # noqa: ASYNC110 -- it comes true in a database, which sets no event
        await asyncio.sleep(0.01)


async def test_once_over_everything_gives_the_totals_and_a_second_time_nothing_new(running: Running) -> None:
    running.beside.event()
    running.web.serve("/a", feed(DELAYED, WEATHER))
    running.web.serve("/b", feed(REPORTE))
    running.web.serve("/c", "", status=500)
    for path in ("/a", "/b", "/c"):
        running.source(path)
    await running.pipeline.load()
    await running.pipeline.poll_all()
    assert [one.state for one in await running.pipeline.deliver_all()] == ["sent"]
    first = running.pipeline.totals
    assert (first.sources, first.fetched, first.unchanged, first.failed) == (3, 2, 0, 1)
    assert (first.posts_new, first.matched, first.alerts, first.updates) == (3, 2, 1, 1)
    running.web.serve("/c", feed(WEATHER))
    await running.pipeline.poll_all()
    assert await running.pipeline.deliver_all() == []
    second = running.pipeline.totals
    assert (second.sources, second.unchanged, second.fetched) == (6, 2, 3)
    assert (second.alerts, second.updates) == (1, 1)
    assert await running.pipeline.poll_all(only_due=True) == []


async def test_a_running_pipeline_polls_what_is_due_and_rings(running: Running) -> None:
    running.beside.event()
    running.web.serve("/a", feed(DELAYED))
    running.source("/a")
    pipeline = running.pipeline
    await pipeline.load()
    async with live(pipeline.polling, pipeline.delivering, pipeline.keeping_current):
        await until(lambda: bool(running.bell.orders))
    assert running.bell.said == [(0, 1, False)]
    assert pipeline.totals == Totals(sources=1, fetched=1, posts_new=1, matched=1, alerts=1)
    assert len(running.web.asked) == 1


async def test_a_source_is_never_asked_twice_at_once_nor_again_before_its_time(running: Running) -> None:
    open_now, most, asked = 0, 0, 0
    release = asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        nonlocal open_now, most, asked
        open_now, asked = open_now + 1, asked + 1
        most = max(most, open_now)
        await release.wait()
        open_now -= 1
        return web.Response(status=304) if "If-None-Match" in request.headers else _answer()

    def _answer() -> web.Response:
        return web.Response(
            body=feed(WEATHER).encode(), content_type="application/rss+xml", headers={"ETag": '"1"'}
        )

    running.web.handle("/a", slow)
    running.source("/a")
    await running.pipeline.load()
    async with live(running.pipeline.polling):
        await until(lambda: asked == 1)
        for _ in range(10):  # ticks in which the source is still due
            await running.pipeline._database.read(sources.next_due)
            await asyncio.sleep(run.TICK)
        release.set()
        await until(lambda: running.pipeline.totals.sources == 1)
        for _ in range(10):
            await asyncio.sleep(run.TICK)
    assert (asked, most) == (1, 1)


async def test_a_watch_that_another_process_adds_is_in_force_within_two_seconds(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the real tick
    monkeypatch.setattr(prime, "PAGE", 1)
    running.web.serve("/a", feed(DELAYED, WEATHER))
    running.source("/a")
    pipeline = running.pipeline
    await pipeline.load()
    await pipeline.poll_all()
    began = asyncio.get_running_loop().time()
    async with live(pipeline.keeping_current):
        running.beside.watch("open-weight", name="new")

        def primed() -> bool:
            with running.beside.database.transaction() as connection:
                return watches.unprimed(connection) == []

        await until(lambda: primed() and bool(pipeline._current().watches))
    assert asyncio.get_running_loop().time() - began < 2
    assert await pipeline.deliver_all() == []
    with running.beside.database.transaction() as connection:
        assert [alert.silent for alert in alerts.of_story(connection, 1)] == [True]
    running.web.serve(
        "/b", feed(("OpenAI cancels its open-weight model", RELEASED[1].replace("released", "cancelled")))
    )
    running.source("/b")
    await pipeline.poll_all()
    assert pipeline.totals.matched == 1


async def test_a_locked_database_costs_a_round_and_nothing_else(
    running: Running, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.beside.event()
    running.web.serve("/a", feed(DELAYED))
    running.source("/a")
    pipeline = running.pipeline
    await pipeline.load()

    def impatient(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout=20")  # type: ignore[attr-defined]

    await pipeline._database.write(impatient)
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with capture_logs() as logs:
        async with live(pipeline.polling, pipeline.delivering, pipeline.keeping_current):
            await until(lambda: any(log["event"] == "storage.unavailable" for log in logs))
            other.execute("ROLLBACK")
            await until(lambda: bool(running.bell.orders))
    other.close()
    assert running.bell.said == [(0, 1, False)]


async def test_at_the_end_what_waits_is_sent(running: Running) -> None:
    running.beside.event()
    running.web.serve("/a", feed(DELAYED))
    running.source("/a")
    pipeline = running.pipeline
    await pipeline.load()
    await pipeline.poll_all()
    ended = asyncio.Event()
    ended.set()
    await pipeline.delivering(ended)
    await pipeline.polling(ended)
    await pipeline.keeping_current(ended)
    assert running.bell.said == [(0, 1, False)]
    with running.beside.database.transaction() as connection:
        assert outbox.counts(connection) == {"sent": 1}


async def test_an_error_that_no_patience_mends_ends_the_loop(running: Running) -> None:
    await running.pipeline.load()
    running.pipeline._database.close()
    with pytest.raises(ExceptionGroup) as died:
        await running.pipeline.polling(asyncio.Event())
    assert died.group_contains(RuntimeError, match="shutdown")
    assert running.pipeline.now.tzinfo is not None


async def test_a_poll_that_cannot_be_written_ends_the_others_with_it(running: Running) -> None:
    running.web.serve("/a", feed(WEATHER))
    running.web.hang("/slow")
    for path in ("/a", "/slow"):
        running.source(path)
    await running.pipeline.load()
    with running.beside.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE post RENAME TO lost")
    async with asyncio.timeout(TIMEOUT):
        with pytest.raises(ExceptionGroup) as died:
            await running.pipeline.poll_all()
    assert len(died.value.exceptions) == 1
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("poll-")] == []
