"""What the tests of commands share: a working directory of their own, and a command line in this process."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from bot.cli import main
from tests.fakes.web import Web


class Done(NamedTuple):
    """How a command line ended."""

    code: int
    out: str
    err: str


Tocsin = Callable[..., Done]


HOUSE = Path(__file__).resolve().parents[2]


def command(*arguments: str) -> list[str]:
    """The command line in a process of its own, as ./run starts it."""
    return [sys.executable, "-P", "-m", "bot.cli", *arguments]


def environ() -> dict[str, str]:
    """This process's environment, in which the house is found from any directory."""
    return {**os.environ, "PYTHONPATH": str(HOUSE)}


async def start(place: Path, *arguments: str) -> Done:
    """Run a command line in a process of its own to its end: signals and loops as in real life."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command(*arguments), cwd=place, env=environ(), stdout=pipe, stderr=pipe
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return Done(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, with none of this machine's settings in the environment."""
    for name in ("DISCORD_TOKEN", "TOCSIN_CONFIG", "TOCSIN_HOME", "TOCSIN_DATA", "TOCSIN_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tocsin(place: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Tocsin]:
    """Run a command line: tocsin("config", "--json"). Logging comes back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: str) -> Done:
        capfd.readouterr()
        code = main.run(arguments)
        return Done(code, *capfd.readouterr())

    yield run
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def beside() -> Iterator[Web]:
    """A web server on a thread of its own, for commands that run in this process and hold its main thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    web = Web()
    try:
        asyncio.run_coroutine_threadsafe(web.__aenter__(), loop).result(10)
        yield web
        asyncio.run_coroutine_threadsafe(web.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
