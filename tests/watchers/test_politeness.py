"""Turns: how far apart, how many at once, how long a queue may be, and who is exempt."""

import asyncio

import httpx
import pytest

from watchers.errors import Wait
from watchers.politeness import Manners, Politeness, host_key

FEED = httpx.URL("https://news.example/feed")


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def polite(clock: Clock, **manners: float) -> Politeness:
    return Politeness(Manners(**manners), lambda host: host.startswith("127."), clock)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://a.tumblr.com/rss", "tumblr.com"),
        ("https://tumblr.com/rss", "tumblr.com"),
        ("https://nottumblr.com/rss", "nottumblr.com:443"),
        ("https://www.reddit.com./r/x/.rss", "reddit.com"),
        ("http://news.example/a", "news.example:80"),
        ("https://news.example:8443/a", "news.example:8443"),
    ],
)
def test_what_a_limit_applies_to(url: str, key: str) -> None:
    assert host_key(httpx.URL(url)) == key


async def test_requests_to_one_host_are_spaced() -> None:
    clock = Clock()
    turns = polite(clock, interval=30.0, longest_wait=20.0)
    async with turns.turn(FEED):
        pass
    with pytest.raises(Wait) as caught:
        async with turns.turn(FEED):
            pass
    assert caught.value.retry_after == 30.0
    async with turns.turn(httpx.URL("https://other.example/feed")):
        pass
    clock.now += 30
    async with turns.turn(FEED):
        pass


async def test_a_turn_within_the_longest_wait_is_waited_for() -> None:
    turns = Politeness(Manners(interval=0.05), lambda host: False)
    begun = asyncio.get_running_loop().time()
    for _ in range(3):
        async with turns.turn(FEED):
            pass
    assert asyncio.get_running_loop().time() - begun >= 0.09


async def test_reddit_is_asked_once_a_minute() -> None:
    turns = polite(Clock())
    async with turns.turn(httpx.URL("https://www.reddit.com/r/a/.rss")):
        pass
    with pytest.raises(Wait) as caught:
        async with turns.turn(httpx.URL("https://old.reddit.com/r/b/.rss")):
            pass
    assert (caught.value.retry_after or 0) > 60


async def test_a_closed_host_is_not_asked_until_its_time() -> None:
    clock = Clock()
    turns = polite(clock, interval=0.0)
    turns.close_host(FEED, 60)
    turns.close_host(FEED, 10)  # the longer one stands
    clock.now += 59
    with pytest.raises(Wait, match="1 s"):
        async with turns.turn(FEED):
            pass
    clock.now += 1
    async with turns.turn(FEED):
        pass


async def test_who_stands_in_line_when_the_host_closes_is_sent_back() -> None:
    turns = polite(Clock(), interval=0.0, per_host=1)
    entered = asyncio.Event()

    async def second() -> None:
        entered.set()
        async with turns.turn(FEED):
            pass

    async with turns.turn(FEED):
        waiting = asyncio.create_task(second())
        await entered.wait()
        turns.close_host(FEED, 60)
    with pytest.raises(Wait):
        await waiting


async def test_an_exempt_host_has_no_limit_but_the_total() -> None:
    turns = polite(Clock(), interval=100.0, per_host=1, total=3)
    inside = most = 0

    async def one(number: int) -> None:
        nonlocal inside, most
        async with turns.turn(httpx.URL(f"http://127.0.0.1/{number}")):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(one(number) for number in range(20)))
    assert most == 3


async def test_hosts_of_the_past_are_forgotten() -> None:
    clock = Clock()
    turns = polite(clock, interval=1.0)
    for number in range(5000):
        clock.now += 1
        async with turns.turn(httpx.URL(f"https://{number}.example/")):
            pass
    assert len(turns._hosts) <= 1024
