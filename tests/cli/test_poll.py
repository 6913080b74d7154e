"""`tocsin poll --once` polls every source, delivers, prints the totals; a second call finds nothing new."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from tests.cli.conftest import Done, Tocsin, start
from tests.fakes.discord import FakeDiscord
from tests.fakes.web import Web

NAMES = ["sources", "fetched", "unchanged", "failed", "posts_new", "matched", "alerts", "updates"]


def feed(*titles: str) -> bytes:
    """An RSS feed whose items were published a moment ago, the last the newest."""
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{title}</title><link>https://wire.example/{title.replace(' ', '-')}</link>"
        f"<pubDate>{now}</pubDate><description>{title}, it was said today.</description></item>"
        for title in titles
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'.encode()


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        yield server


def write(place: Path, *urls: str, head: str = "", every: int = 60) -> None:
    """A tocsin.toml that polls these feeds for one event; what they hold at first is news for a week."""
    sources = "".join(f'[[source]]\nurl = "{url}"\nlookback = "7d"\nevery = {every}\n' for url in urls)
    event = '[[event]]\nkey = "rocket"\ntitle = "The rocket"\nwho = ["Acme"]\nwhat = ["rocket"]\n'
    (place / "tocsin.toml").write_text(
        f'watch = []\n[fetch]\nallow = ["127.0.0.0/8"]\n{head}\n{sources}{event}'
    )


def totals(done: Done) -> dict[str, Any]:
    """What `poll --once --json` printed, and it alone."""
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_a_second_call_finds_every_source_unchanged(tocsin: Tocsin, place: Path, beside: Web) -> None:
    urls = [
        beside.serve("/a", feed("Acme delays its rocket", "A bakery opens")),
        beside.serve("/b", feed("Rain again")),
    ]
    write(place, *urls)
    first = totals(tocsin("poll", "--once", "--json"))
    assert [first[name] for name in NAMES] == [2, 2, 0, 0, 3, 1, 1, 0]
    assert set(first) == {*NAMES, "seconds", "cpu_seconds"}
    assert first["seconds"] > 0
    second = totals(tocsin("poll", "--once", "--json"))
    assert [second[name] for name in NAMES] == [2, 0, 2, 0, 0, 0, 0, 0]


def test_alerts_go_to_stderr_where_stdout_is_json_and_else_to_stdout(
    tocsin: Tocsin, place: Path, beside: Web
) -> None:
    write(place, beside.serve("/a", feed("Acme delays its rocket")))
    done = tocsin("poll", "--once", "--json")
    assert totals(done)["alerts"] == 1
    assert "DELAYED" in done.err
    beside.serve("/a", feed("Acme delays its rocket", "Acme cancels its rocket"))
    done = tocsin("poll", "--once")
    assert "CANCELLED" in done.out
    assert "DELAYED" not in done.out
    assert "1 alerts" in done.out.splitlines()[-1]


def test_due_alone_polls_nothing_that_is_not_due(tocsin: Tocsin, place: Path, beside: Web) -> None:
    write(place, beside.serve("/a", feed("Rain")))
    assert totals(tocsin("poll", "--once", "--due", "--json"))["sources"] == 1
    assert totals(tocsin("poll", "--once", "--due", "--json"))["sources"] == 0


async def test_with_a_token_the_alert_rings_in_discord_and_grows_there(
    place: Path, web: Web, discord: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DISCORD_API", discord.api)
    monkeypatch.setenv("DISCORD_TOKEN", discord.world.token)
    first, second = web.serve("/a", feed("Acme delays its rocket")), web.serve("/b", feed("Rain"))
    write(place, first, second, head=f"[discord]\nchannel = {discord.world.channel_id}\n")
    assert totals(await start(place, "poll", "--once", "--json"))["alerts"] == 1
    (stored,) = discord.world.stored[discord.world.channel_id]
    before = json.dumps(stored.payload)
    assert "Acme delays its rocket" in before
    web.serve("/b", feed("Rain", "Acme postpones its rocket"))
    assert totals(await start(place, "poll", "--once", "--json"))["updates"] == 1
    (stored,) = discord.world.stored[discord.world.channel_id]
    assert len(stored.edits) == 1
    assert "https://wire.example/Acme-postpones-its-rocket" in json.dumps(stored.payload)


def test_a_database_in_use_is_refused_and_left_alone(tocsin: Tocsin, place: Path, beside: Web) -> None:
    write(place, beside.serve("/a", feed("Rain")))
    (place / "data").mkdir()
    held = Database.open(f"sqlite:///{place}/data/tocsin.sqlite3", pipeline=True)
    try:
        done = tocsin("poll", "--once")
    finally:
        held.close()
    assert done.code == 75
    assert "another Tocsin" in done.err
    assert beside.asked == []


def test_without_once_it_says_what_to_use(tocsin: Tocsin) -> None:
    done = tocsin("poll")
    assert done.code == 2
    assert "--once" in done.err
