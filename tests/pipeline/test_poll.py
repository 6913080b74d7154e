"""One source, once, against a real server on the loopback: what is written of success and of failure."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.pipeline import book as books
from bot.pipeline.book import Book
from bot.pipeline.poll import PROGRAM_FAULT, Poller, PollOutcome, PollRules
from storage import guilds, sources
from storage import tables as t
from tests.fakes.web import Web
from watchers.fetch import Door
from watchers.kinds import KINDS
from watchers.post import Batch
from watchers.watcher import Options, PollRequest, Spec, Watcher

from .conftest import DAY, DELAYED, HOUR, NOW, RELEASED, WEATHER, Stage, fetched


def rss(*items: tuple[str, str], title: str = "The Bell") -> str:
    """A feed whose items are an hour old."""
    date = (NOW - HOUR).strftime("%a, %d %b %Y %H:%M:%S +0000")
    parts = [
        f"<item><guid>{i}</guid><title>{head}</title><description>{text}</description><pubDate>{date}</pubDate></item>"
        for i, (head, text) in enumerate(items)
    ]
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><language>en</language>'
        f"<link>https://bell.example/</link><description>d</description>{''.join(parts)}</channel></rss>"
    )


RULES = PollRules()


@dataclass
class Asker:
    """A poller on a stage, with a clock that a test moves."""

    stage: Stage
    web: Web
    door: Door
    now = NOW

    def source(self, path: str = "/feed", **fields: Any) -> int:
        with self.stage.database.transaction() as connection:
            guilds.join(connection, 0, NOW)
            key = sources.put(connection, fields.pop("kind", "feed"), self.web.url(path), NOW, **fields)
            sources.subscribe(connection, 0, key, NOW)
        return key

    def poller(
        self, rules: PollRules = RULES, watchers: Mapping[str, Watcher] = KINDS, **more: Any
    ) -> Poller:
        book = self.book()
        return Poller(
            self.stage.database, self.door, watchers, lambda: book, rules, clock=lambda: self.now, **more
        )

    def book(self) -> Book:
        with self.stage.database.transaction() as connection:
            return books.load(connection)

    def stored(self, key: int) -> sources.Source:
        with self.stage.database.transaction() as connection:
            source = sources.get(connection, key)
        assert source
        return source

    async def poll(self, key: int, **more: Any) -> PollOutcome:
        poller = self.poller(**more)
        outcome = await poller.poll(self.stored(key))
        await poller.settle()
        return outcome

    def posts(self) -> int:
        with self.stage.database.transaction() as connection:
            return connection.execute(select(func.count()).select_from(t.post)).scalar_one()


@pytest.fixture
async def asker(stage: Stage) -> AsyncIterator[Asker]:
    async with Web() as web, Door(user_agent="test", allow=["127.0.0.0/8"]) as door:
        yield Asker(stage, web, door)


async def test_what_a_feed_brings_is_written_with_its_cursor(asker: Asker) -> None:
    asker.stage.event()
    asker.web.serve("/feed", rss(DELAYED, WEATHER))
    key = asker.source(lookback=DAY.total_seconds())
    outcome = await asker.poll(key)
    assert (outcome.state, outcome.error) == ("changed", None)
    assert (outcome.result.posts_new, outcome.result.alerts) == (2, 1)
    source = asker.stored(key)
    assert (source.title, source.lang, source.outlet) == ("The Bell", "en", "The Bell")
    assert source.cursor["etag"]
    assert (source.first_polled_at, source.changed_at, source.failures) == (NOW, NOW, 0)
    assert source.next_poll_at > NOW
    assert source.rhythm == {"appeared": [(NOW - HOUR).isoformat()]}


async def test_an_unchanged_feed_is_noted_and_stores_nothing(asker: Asker) -> None:
    asker.web.serve("/feed", rss(WEATHER))
    key = asker.source()
    await asker.poll(key)
    asker.now += HOUR
    poller = asker.poller()
    assert (await poller.poll(asker.stored(key))).state == "unchanged"
    assert asker.stored(key).polled_at == NOW
    await poller.settle()
    await poller.settle()
    source = asker.stored(key)
    assert (source.polled_at, source.changed_at) == (NOW + HOUR, NOW)
    assert asker.posts() == 1
    assert asker.web.asked[-1].headers["If-None-Match"]


async def test_the_first_poll_is_silent_and_the_second_rings(asker: Asker) -> None:
    asker.stage.event()
    asker.web.serve("/feed", rss(DELAYED))
    key = asker.source()
    first = await asker.poll(key)
    assert (first.result.matched, first.result.alerts) == (1, 0)
    asker.now += 50 * DAY
    released = RELEASED[0], RELEASED[1]
    asker.web.serve("/feed", rss(DELAYED, released).replace("10 Jun 2025", "30 Jul 2025"))
    second = await asker.poll(key)
    assert (second.result.posts_new, second.result.alerts) == (1, 1)


async def test_a_failure_is_recorded_and_the_next_success_forgives_it(asker: Asker) -> None:
    asker.web.serve("/feed", "", status=500)
    key = asker.source(every=60)
    waits = []
    for failures in (1, 2, 3):
        with capture_logs() as logs:
            outcome = await asker.poll(key)
        assert (outcome.state, [log["event"] for log in logs]) == ("failed", ["poll.failed"])
        source = asker.stored(key)
        assert (source.failures, source.paused) == (failures, None)
        assert source.last_error
        waits.append(source.next_poll_at - asker.now)
    assert waits == sorted(waits)
    assert waits[2] > waits[0] * 2
    asker.web.serve("/feed", rss(WEATHER))
    assert (await asker.poll(key)).state == "changed"
    assert (asker.stored(key).failures, asker.stored(key).last_error) == (0, None)


@pytest.mark.parametrize("body", ["", "<html><body>Hello</body></html>", "\x00\x01\x02"])
async def test_what_is_no_feed_is_a_failure_and_the_cursor_stays(asker: Asker, body: str) -> None:
    asker.web.serve("/feed", rss(WEATHER))
    key = asker.source()
    await asker.poll(key)
    before = asker.stored(key).cursor
    asker.web.serve("/feed", body)
    assert (await asker.poll(key)).state == "failed"
    assert asker.stored(key).cursor == before
    assert asker.posts() == 1


async def test_a_source_that_is_gone_for_good_is_paused_and_says_why(asker: Asker) -> None:
    asker.web.serve("/feed", "", status=410)
    key = asker.source()
    assert (await asker.poll(key)).state == "failed"
    assert "410" in (asker.stored(key).paused or "")


async def test_a_host_that_asks_for_patience_gets_it_from_every_poll(asker: Asker) -> None:
    asker.web.serve("/feed", "", status=429, headers={"Retry-After": "600"})
    key = asker.source(every=60)
    await asker.poll(key)
    asks = len(asker.web.asked)
    source = asker.stored(key)
    assert source.not_before == NOW + timedelta(seconds=600)
    assert source.next_poll_at >= source.not_before
    again = await asker.poll(key)  # the door remembers, too, and lets nothing through
    assert (again.state, len(asker.web.asked)) == ("waiting", asks)
    source = asker.stored(key)
    assert source.failures == 1
    assert source.not_before
    assert source.not_before > NOW


async def test_a_source_of_an_unknown_kind_or_without_its_credential_is_paused(asker: Asker) -> None:
    stranger = asker.source("/a", kind="telepathy")
    keyed = asker.source("/b", options={"credential": "BELL_KEY"})
    assert "telepathy" in ((await asker.poll(stranger)).error or "")
    assert "BELL_KEY is not set" in ((await asker.poll(keyed)).error or "")
    assert all(asker.stored(key).paused for key in (stranger, keyed))


async def test_a_credential_is_sent_and_kept_nowhere(asker: Asker) -> None:
    asker.web.serve("/feed", rss(WEATHER))
    key = asker.source(options={"credential": "BELL_KEY"})
    rules = PollRules(secret={"BELL_KEY": "Bearer hunter2"}.get)
    assert (await asker.poll(key, rules=rules)).state == "changed"
    assert asker.web.asked[-1].headers["Authorization"] == "Bearer hunter2"
    assert "hunter2" not in repr(asker.stored(key))
    assert "hunter2" not in repr(rules)


class Said:
    """A watcher that brings a batch as it is told, or raises."""

    kind = "said"

    def __init__(self, batch: Batch | Exception) -> None:
        self._batch = batch

    def check(self, url: str, options: Options) -> Spec:
        return Spec(url, options)

    async def poll(self, request: PollRequest, door: Door) -> Batch:
        if isinstance(self._batch, Exception):
            raise self._batch
        return self._batch


async def test_a_bug_of_a_watcher_is_loud_and_only_its_sources_failure(asker: Asker) -> None:
    key = asker.source(kind="said")
    with capture_logs() as logs:
        outcome = await asker.poll(key, watchers={"said": Said(ZeroDivisionError("ours"))})
    assert (outcome.state, outcome.error) == ("failed", PROGRAM_FAULT)
    assert [log["event"] for log in logs] == ["poll.bug", "poll.failed"]
    assert asker.stored(key).last_error == PROGRAM_FAULT


async def test_what_a_watcher_remarks_is_logged(asker: Asker) -> None:
    key = asker.source(kind="said")
    batch = Batch(
        posts=(fetched("1", WEATHER),), warnings=("an item without a date",), moved_to="https://new.example/"
    )
    with capture_logs() as logs:
        await asker.poll(key, watchers={"said": Said(batch)})
    assert [log["event"] for log in logs] == ["poll.warning", "source.moved"]


async def test_a_rhythm_is_learnt_from_posts_without_dates_too(asker: Asker) -> None:
    key = asker.source(kind="said")
    said = {"said": Said(Batch(posts=(fetched("1", WEATHER, None),)))}
    await asker.poll(key, watchers=said)
    assert asker.stored(key).rhythm == {"appeared": []}
    asker.now += HOUR
    await asker.poll(key, watchers=said)
    assert asker.stored(key).rhythm == {"appeared": [(NOW + HOUR).isoformat()]}


class Shelf:
    """Pages from a dictionary; keeps what it was asked for."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def text_of(self, url: str) -> str | None:
        self.asked.append(url)
        return self.pages.get(url)


async def test_only_new_hits_that_are_teasers_cost_a_page(asker: Asker) -> None:
    asker.stage.watch()
    key = asker.source(kind="said")
    long = (DELAYED[0], DELAYED[1] + " It said no more." * 60)
    posts = (
        fetched("teaser", DELAYED), fetched("long", long), fetched("miss", WEATHER),
        fetched("lost", RELEASED), fetched("nowhere", DELAYED, url=None),
    )  # fmt: skip
    text = DELAYED[1] + " A page says more than a teaser."
    shelf = Shelf({"https://bell.example/teaser": text})
    more: dict[str, Any] = {"watchers": {"said": Said(Batch(posts=posts))}, "pages": shelf}
    await asker.poll(key, **more)
    assert "https://bell.example/teaser" in shelf.asked
    assert {"https://bell.example/long", "https://bell.example/miss", ""} & set(shelf.asked) == set()
    with asker.stage.database.transaction() as connection:
        texts = {row.guid: row.text for row in connection.execute(select(t.post))}
    assert texts["teaser"] == text
    assert texts["lost"] == ""
    asks = list(shelf.asked)
    again = await asker.poll(key, **more)
    assert (shelf.asked, again.result.fates) == (asks, ())


async def test_a_server_that_answers_slowly_is_not_waited_for_inside_a_transaction(asker: Asker) -> None:
    """While a poll is under way, others write."""
    key = asker.source()
    wrote: list[int] = []

    async def slow(request: web.Request) -> web.Response:
        wrote.append(asker.source("/other"))  # a transaction of its own, or it would time out
        return web.Response(body=rss(WEATHER).encode(), content_type="application/rss+xml")

    asker.web.handle("/feed", slow)
    assert (await asker.poll(key)).state == "changed"
    assert wrote
