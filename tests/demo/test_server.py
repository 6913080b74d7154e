"""The stage: what visitors get over the wire, and how it moves on."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.demo.posts import Script, load
from bot.demo.replay import Clock, steps
from bot.demo.server import Stage


@pytest.fixture
def script() -> Script:
    return load()


@pytest.fixture
async def stage(script: Script) -> AsyncIterator[Stage]:
    async with Stage(script) as stage:
        yield stage


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_every_source_answers(stage: Stage, client: aiohttp.ClientSession) -> None:
    for outlet in stage.script.outlets:
        address = stage.address(outlet)
        url = f"{stage.base}/xrpc/app.bsky.feed.getAuthorFeed?actor={address}"
        async with client.get(url if outlet.format == "bluesky" else address) as answer:
            assert answer.status == 200
            assert await answer.read()
    assert (stage.asked, stage.unchanged) == (7, 0)


async def test_an_unchanged_source_is_304_until_it_changes(
    stage: Stage, client: aiohttp.ClientSession
) -> None:
    url = stage.address(stage.script.outlet("rivet"))
    async with client.get(url) as answer:
        known = {"If-None-Match": answer.headers["ETag"]}
    async with client.get(url, headers=known) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    stage.moment = next(p.step for p in stage.script.posts if p.reports == "announced")
    async with client.get(url, headers=known) as answer:
        assert answer.status == 200
        assert "open-weight model in the coming months" in await answer.text()
    assert (stage.asked, stage.unchanged) == (3, 1)


async def test_every_article_has_a_page_once_it_has_appeared(
    stage: Stage, client: aiohttp.ClientSession
) -> None:
    post = next(p for p in stage.script.posts if p.trap == "tracking parameters")
    async with client.get(stage.url(post)) as answer:
        assert answer.status == 404
    stage.moment = stage.script.steps[-1]
    for post in stage.script.posts:
        if post.outlet.format != "bluesky":
            async with client.get(stage.url(post)) as answer:
                assert answer.status == 200
                assert answer.content_type == "text/html"


async def test_the_page_of_an_edited_article_is_its_latest(
    stage: Stage, client: aiohttp.ClientSession
) -> None:
    stage.moment = stage.script.steps[-1]
    edited = next(p for p in stage.script.posts if p.trap and p.trap.startswith("edited"))
    async with client.get(stage.url(edited)) as answer:
        assert "cette fois sans date" in await answer.text()


@pytest.mark.parametrize(
    "query", ["actor=nobody.example", "actor=nadia.example&limit=0", "limit=5", "actor="]
)
async def test_a_wrong_question_to_the_account_is_refused(
    stage: Stage, client: aiohttp.ClientSession, query: str
) -> None:
    async with client.get(f"{stage.base}/xrpc/app.bsky.feed.getAuthorFeed?{query}") as answer:
        assert answer.status == 400
        assert (await answer.json())["error"] == "InvalidRequest"


@pytest.mark.parametrize("path", ["/nowhere/feed", "/nadia/feed", "/rivet/no/such/article"])
async def test_what_is_not_there_is_404(stage: Stage, client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(stage.base + path) as answer:
        assert answer.status == 404


async def test_the_port_is_free_again_afterwards(script: Script, client: aiohttp.ClientSession) -> None:
    async with Stage(script) as stage:
        url = stage.address(script.outlet("octet"))
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.get(url)


async def test_the_replay_turns_clock_and_stage_together(stage: Stage) -> None:
    clock = Clock(stage.script.steps[0] - timedelta(hours=1))
    seen = []
    async for step in steps(stage, clock):
        assert clock() == stage.moment == step
        seen.append(step)
    assert tuple(seen) == stage.script.steps


def test_the_clock_never_goes_back(script: Script) -> None:
    clock = Clock(script.steps[1])
    with pytest.raises(ValueError, match="the clock stands at 2025-03-31"):
        clock.turn(script.steps[0])
