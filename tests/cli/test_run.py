"""`tocsin run` says what it loaded, rings, and stops in order when asked; nothing rings twice."""

import asyncio
import json
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import command, environ
from tests.cli.test_poll import feed, write
from tests.fakes.discord import FakeDiscord
from tests.fakes.web import Web


@asynccontextmanager
async def running(place: Path, *arguments: str) -> AsyncIterator[Process]:
    """The bot in a process of its own; killed at the end if it still runs."""
    bot = await asyncio.create_subprocess_exec(
        *command(*arguments), cwd=place, env=environ(), stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(60):
            yield bot
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()


async def until(bot: Process, words: str) -> str:
    """What it prints, up to the line that holds these words."""
    assert bot.stdout
    said = ""
    while words not in said:
        line = await bot.stdout.readline()
        assert line, f"ended before it said {words!r}: {said} {await rest(bot)}"
        said += line.decode()
    return said


async def rest(bot: Process) -> str:
    """All that it still prints until its end, on both streams."""
    out, err = await bot.communicate()
    return out.decode() + err.decode()


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as server:
        yield server


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_greets_rings_and_sums_up_when_it_is_asked_to_stop(
    place: Path, web: Web, number: signal.Signals
) -> None:
    write(place, web.serve("/a", feed("Acme delays its rocket")))
    async with running(place) as bot:  # without a command: run
        greeting = await until(bot, "first seen")
        assert "1 sources for 1 events and 0 watches" in greeting
        assert "Alerts go to this terminal" in greeting
        assert "DISCORD_TOKEN" in greeting
        assert "Acme delays its rocket" in greeting
        bot.send_signal(number)
        end = await rest(bot)
        assert bot.returncode == 0, end
        assert "Stopped: 1 polls" in end
        assert "1 alerts, 0 updates" in end

    async with running(place, "run") as bot:
        await until(bot, "Alerts go to this terminal")
        bot.send_signal(number)
        assert "DELAYED" not in await rest(bot)


async def test_killed_and_started_again_it_rings_once_and_what_rang_grows(
    place: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.serve("/a", feed("Acme delays its rocket"))
    async with FakeDiscord() as discord:
        monkeypatch.setenv("TOCSIN_DISCORD_API", discord.api)
        monkeypatch.setenv("DISCORD_TOKEN", discord.world.token)
        head = f"[poll]\nmin_interval = 1\n[discord]\nchannel = {discord.world.channel_id}\n"
        write(place, web.url("/a"), head=head, every=1)
        stored = discord.world.stored[discord.world.channel_id]
        rang, grown = asyncio.Event(), asyncio.Event()

        def look() -> None:
            if stored:
                rang.set()
            if "Acme-postpones" in json.dumps([one.payload for one in stored]):
                grown.set()

        discord.after_request = look
        async with running(place, "run") as bot:
            await rang.wait()
            bot.kill()
            await bot.wait()
        async with running(place, "run") as bot:
            await until(bot, "Alerts go to Discord")
            web.serve("/a", feed("Acme delays its rocket", "Acme postpones its rocket"))
            await grown.wait()
            bot.send_signal(signal.SIGTERM)
            end = await rest(bot)
            assert bot.returncode == 0, end
        assert len(stored) == 1


async def test_a_refused_token_ends_it_with_the_mend(
    place: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(place, web.serve("/a", feed("Rain")))
    async with FakeDiscord() as discord:
        monkeypatch.setenv("TOCSIN_DISCORD_API", discord.api)
        monkeypatch.setenv("DISCORD_TOKEN", "a.wrong.token")
        async with running(place, "run") as bot:
            said = await rest(bot)
            assert bot.returncode == 1
            assert "tocsin: Discord refuses the token" in said
            assert "a.wrong.token" not in said
            assert "Traceback" not in said
