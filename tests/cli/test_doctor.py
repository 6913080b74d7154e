"""`tocsin doctor` looks at all that a start needs; each fault comes with its mend, and ends in exit 1."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.cli.doors import user_agent
from bot.discord.api_base import DISCORD, use_api
from tests.cli.conftest import Done, Tocsin
from tests.fakes.discord import FakeDiscord
from tests.fakes.web import Web

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>
<item><title>One</title><link>https://wire.example/1</link></item></channel></rss>"""


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        yield server
    use_api(DISCORD)


def write(place: Path, *urls: str, head: str = "") -> None:
    """A tocsin.toml with these sources, which may be on loopback."""
    sources = "".join(f'[[source]]\nurl = "{url}"\nname = "S{n}"\n' for n, url in enumerate(urls, 1))
    (place / "tocsin.toml").write_text(f'[fetch]\nallow = ["127.0.0.0/8"]\n{head}\n{sources}')


async def doctor(tocsin: Tocsin) -> tuple[int, dict[str, Any]]:
    """Run doctor beside the loopback servers; its findings by their subjects."""
    done: Done = await asyncio.to_thread(tocsin, "doctor", "--json")
    return done.code, {row["subject"]: row for row in json.loads(done.out)}


async def test_all_is_well_without_discord(tocsin: Tocsin, place: Path, web: Web) -> None:
    write(place, web.serve("/feed", RSS))
    done = await asyncio.to_thread(tocsin, "doctor")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "ok    settings: 1 sources, 1 events, 3 watches"
    assert lines[1] == f"ok    database: {place}/data/tocsin.sqlite3"
    assert lines[2] == "ok    source S1: 1 posts"
    assert "set DISCORD_TOKEN in .env" in lines[3]
    assert lines[-1] == "4 looked at, 0 to mend"


async def test_a_source_that_is_away_is_named_with_its_line(tocsin: Tocsin, place: Path, web: Web) -> None:
    write(place, web.serve("/feed", RSS), web.url("/nothing"))
    code, found = await doctor(tocsin)
    assert code == 1
    assert found["source S1"]["ok"]
    assert "answered 404" in found["source S2"]["said"]
    assert found["source S2"]["mend"] == "mend or remove it in tocsin.toml:7"
    done = await asyncio.to_thread(tocsin, "doctor")
    assert "      -> mend or remove it in tocsin.toml:7" in done.out.splitlines()
    assert done.out.splitlines()[-1] == "5 looked at, 1 to mend"


async def test_settings_come_first(tocsin: Tocsin, place: Path) -> None:
    text = '[[source]]\nkind = "tape"\nurl = "https://a.example/"\n[[watch]]\nname = "w"\nquery = "(a"\n'
    (place / "tocsin.toml").write_text(text)
    done = await asyncio.to_thread(tocsin, "doctor", "--json")
    assert done.code == 1
    source, watch = json.loads(done.out)
    assert source["said"] == "tocsin.toml:1"
    assert "no kind of source called 'tape'" in source["mend"]
    assert watch["said"] == "tocsin.toml:6"
    assert "query" in watch["mend"]
    assert "closing parenthesis" in watch["mend"]


async def test_a_database_that_is_none_is_told(tocsin: Tocsin, place: Path, web: Web) -> None:
    write(place, web.serve("/feed", RSS))
    (place / "data").mkdir()
    (place / "data" / "tocsin.sqlite3").write_bytes(b"not a database at all, but long enough" * 40)
    code, found = await doctor(tocsin)
    assert code == 1
    assert "not an SQLite database" in found["database"]["said"]
    assert found["database"]["mend"] == "move it away, or restore a backup"
    assert found["source S1"]["ok"]


async def test_discord_is_looked_at_with_a_token(
    tocsin: Tocsin, place: Path, web: Web, discord: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DISCORD_API", discord.api)
    monkeypatch.setenv("DISCORD_TOKEN", discord.world.token)
    feed = web.serve("/feed", RSS)
    write(place, feed, head=f"[discord]\nchannel = {discord.world.channel_id}\n")
    code, found = await doctor(tocsin)
    assert code == 0
    assert "tocsin-fake" in found["discord token"]["said"]
    assert "permissions=" in found["discord invite"]["said"]
    assert found["discord channel #alerts"]["said"] == "alerts can ring here"
    assert not discord.world.stored[discord.world.channel_id]


async def test_what_is_wrong_with_discord_is_told_with_its_mend(
    tocsin: Tocsin, place: Path, web: Web, discord: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DISCORD_API", discord.api)
    monkeypatch.setenv("DISCORD_TOKEN", discord.world.token)
    feed = web.serve("/feed", RSS)
    write(place, feed)
    assert "[discord] channel" in (await doctor(tocsin))[1]["discord channel"]["mend"]

    write(place, feed, head="[discord]\nguild = 5\nchannel = 7\n")
    code, found = await doctor(tocsin)
    assert code == 1
    assert found["discord server"]["said"] == "the bot is not in 5"
    assert found["discord channel 7"]["said"] == "does not exist"

    discord.world.add_guild("Second")
    write(place, feed, head=f"[discord]\nchannel = {discord.world.channel_id}\n")
    assert "set [discord] guild" in (await doctor(tocsin))[1]["discord server"]["mend"]

    for guild in list(discord.world.guilds):
        discord.world.remove_guild(guild)
    assert "invite it: https://" in (await doctor(tocsin))[1]["discord server"]["mend"]

    monkeypatch.setenv("DISCORD_TOKEN", "a.wrong.token")
    done = await asyncio.to_thread(tocsin, "doctor")
    assert "DISCORD_TOKEN" in done.out
    assert "a.wrong.token" not in done.out + done.err

    monkeypatch.setenv("TOCSIN_DISCORD_API", "http://127.0.0.1:9/api/v10")
    assert "could not be reached" in (await doctor(tocsin))[1]["discord"]["said"]


def test_the_user_agent_is_honest_and_says_how_to_reach_the_operator() -> None:
    assert user_agent(None) == f"Tocsin/{__version__} (self-hosted news monitor)"
    assert user_agent("ops@example.org") == f"Tocsin/{__version__} (+ops@example.org)"
