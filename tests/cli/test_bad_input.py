"""Whatever is wrong around a poll gets a clear line and its exit code; the rest goes on, nothing is lost."""

import asyncio
import signal
import sqlite3
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.cli.faults import FAULT, LATER, SETTINGS, USAGE
from storage import sources
from storage.database import Database
from tests.cli.conftest import Tocsin, command, environ, start
from tests.cli.test_poll import feed, totals, write
from tests.cli.test_run import running, until
from tests.fakes.discord import FakeDiscord, Fault
from tests.fakes.web import Web

HUGE = 9 * 1024 * 1024


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as server:
        yield server


def errors_of(place: Path) -> dict[str, str | None]:
    """What is noted of each source: the end of its address and its last error."""
    database = Database.open(f"sqlite:///{place}/data/tocsin.sqlite3")
    try:
        with database.transaction() as connection:
            found = sources.of_guild(connection, 0)
    finally:
        database.close()
    return {one.url.rpartition("/")[2]: one.last_error for one in found}


def test_broken_sources_are_named_and_stop_no_other(tocsin: Tocsin, place: Path, beside: Web) -> None:
    news = feed("Acme delays its rocket")
    faults = {
        "gone": beside.url("/gone"),
        "down": beside.serve("/down", status=500),
        "page": beside.serve("/page", "<!doctype html><html><body>Welcome</body></html>", kind="text/html"),
        "empty": beside.serve("/empty", b""),
        "cut": beside.serve("/cut", news[:60]),
        "huge": beside.serve("/huge", b" " * HUGE),
        "loop": beside.redirect("/loop", beside.url("/loop")),
        "slow": beside.hang("/slow"),
    }
    write(place, *faults.values(), beside.serve("/good", news), head="timeout = 2")
    found = totals(tocsin("poll", "--once", "--json"))
    assert (found["sources"], found["failed"], found["fetched"]) == (len(faults) + 1, len(faults), 1)
    assert (found["posts_new"], found["alerts"]) == (1, 1)
    errors = errors_of(place)
    assert errors.pop("good") is None
    assert errors.keys() == faults.keys()
    words = {"gone": "404", "down": "500", "huge": "8", "loop": "redirect"}
    for name, error in errors.items():
        assert error, name
        assert words.get(name, "") in error


async def test_a_poll_that_is_told_to_stop_keeps_what_it_has_and_says_that_it_is_not_done(
    place: Path, web: Web
) -> None:
    write(place, web.hang("/slow"), web.serve("/good", feed("Acme delays its rocket")))
    bot = await asyncio.create_subprocess_exec(
        *command("poll", "--once"), cwd=place, env=environ(), stdout=PIPE, stderr=PIPE
    )
    async with asyncio.timeout(30):
        while not await _posts(place):  # noqa: ASYNC110 -- another process's file tells no event
            await asyncio.sleep(0.05)
        bot.send_signal(signal.SIGTERM)
        _, err = await bot.communicate()
    assert bot.returncode == LATER
    assert "stopped before all was done" in err.decode()
    web.serve("/slow", feed("Rain"))
    done = await start(place, "poll", "--once")
    assert "DELAYED" in done.out


async def _posts(place: Path) -> int:
    file = place / "data" / "tocsin.sqlite3"

    def count() -> int:
        try:
            with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
                return int(connection.execute("select count(*) from post").fetchone()[0])
        except sqlite3.OperationalError:  # not there yet
            return 0

    return await asyncio.to_thread(count)


async def test_an_alert_waits_for_discord_and_then_rings_there(
    place: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guild is named, so that nothing but the delivery needs the connection."""
    write(place, web.serve("/a", feed("Acme delays its rocket")))
    done = await start(place, "poll", "--once")
    assert "DELAYED" in done.out
    async with FakeDiscord() as discord:
        discord.faults.order(Fault("slow", path="/users/@me", delay=1.0))
        monkeypatch.setenv("TOCSIN_DISCORD_API", discord.api)
        monkeypatch.setenv("DISCORD_TOKEN", discord.world.token)
        ids = f"guild = {discord.world.guild_id}\nchannel = {discord.world.channel_id}"
        write(place, web.url("/a"), head=f"[discord]\n{ids}\n")
        web.serve("/a", feed("Acme delays its rocket", "Acme cancels its rocket"))
        done = await start(place, "poll", "--once")
        assert done.code == 0, done.err
        (message,) = discord.world.stored[discord.world.channel_id]
        assert "Acme cancels its rocket" in str(message.payload)


async def test_a_second_bot_on_one_database_is_refused_and_the_first_goes_on(place: Path, web: Web) -> None:
    write(place, web.serve("/a", feed("Acme delays its rocket")))
    async with running(place, "run") as first:
        await until(first, "Alerts go to this terminal")
        second = await start(place, "run")
        assert second.code == LATER
        assert "another Tocsin" in second.err
        assert "Traceback" not in second.err
        await until(first, "first seen")


def corrupt(place: Path) -> None:
    (place / "data").mkdir()
    (place / "data" / "tocsin.sqlite3").write_bytes(b"not a database at all" * 400)


def occupied(place: Path) -> None:
    (place / "data").write_text("a file where the directory should be")


@pytest.mark.parametrize("command_line", [("poll", "--once", "--json"), ("run",)])
@pytest.mark.parametrize(
    ("spoil", "said"), [(corrupt, "is not an SQLite database"), (occupied, "TOCSIN_DATA")]
)
def test_a_database_that_cannot_be_used_is_told_and_left_as_it_is(
    tocsin: Tocsin, place: Path, spoil: Callable[[Path], None], said: str, command_line: tuple[str, ...]
) -> None:
    write(place)
    spoil(place)
    before = {file: file.read_bytes() for file in place.rglob("*") if file.is_file()}
    done = tocsin(*command_line)
    assert (done.code, done.out) == (FAULT, "")
    assert said in done.err
    assert "Traceback" not in done.err
    assert {file: file.read_bytes() for file in before} == before


@pytest.mark.parametrize(
    "command_line", [("poll", "--once", "--json"), ("run",), ("backtest", "posts.jsonl")]
)
def test_an_error_in_the_file_is_told_by_its_line(
    tocsin: Tocsin, place: Path, command_line: tuple[str, ...]
) -> None:
    (place / "posts.jsonl").write_text("")
    (place / "tocsin.toml").write_text("[poll]\nmax_age = \n")
    done = tocsin(*command_line)
    assert (done.code, done.out) == (SETTINGS, "")
    assert "tocsin.toml:2" in done.err


@pytest.mark.parametrize("name", ["run", "poll", "backtest", "doctor", "config", "demo"])
def test_an_option_that_does_not_exist_is_a_usage_error(tocsin: Tocsin, name: str) -> None:
    done = tocsin(name, "--colour")
    assert (done.code, done.out) == (USAGE, "")
    assert "--colour" in done.err
