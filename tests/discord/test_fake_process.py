"""The fake as a process of its own: it can be ordered from outside and its state read from a file."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def process(state: Path) -> AsyncIterator[dict[str, Any]]:
    """The server, and the line it prints about itself."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.discord", "--state", str(state)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert running.stdout is not None
    try:
        async with asyncio.timeout(20):
            yield json.loads(await running.stdout.readline())
    finally:
        running.send_signal(signal.SIGTERM)
        assert await running.wait() == 0


async def test_state_outlives_the_process_and_faults_come_from_outside(tmp_path: Path) -> None:
    state = tmp_path / "discord.json"
    async with process(state) as first, aiohttp.ClientSession() as session:
        session.headers["Authorization"] = f"Bot {first['token']}"
        messages = f"{first['api']}/channels/{first['channel']}/messages"
        control = first["api"].removesuffix("/api/v10") + "/_fake"
        fault = {"kind": "status", "method": "POST", "status": 503}
        async with session.post(f"{control}/faults", json=[fault]) as done:
            assert done.status == 200
        assert [await _status(session, messages) for _ in range(2)] == [503, 200]
        kept = json.loads(state.read_text())
        assert [one["payload"]["content"] for one in kept["world"]["messages"][first["channel"]]] == ["hello"]
        assert [one["status"] for one in kept["log"]] == [503, 200]
        async with session.post(f"{control}/nonsense", json={}) as done:
            assert done.status == 404
    async with process(state) as second, aiohttp.ClientSession() as session:
        assert second["channel"] == first["channel"]
        session.headers["Authorization"] = f"Bot {second['token']}"
        async with session.get(f"{second['api']}/channels/{second['channel']}/messages") as answer:
            assert [one["content"] for one in await answer.json()] == ["hello"]


async def _status(session: aiohttp.ClientSession, url: str) -> int:
    async with session.post(url, json={"content": "hello"}) as answer:
        return answer.status
