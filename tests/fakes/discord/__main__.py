"""The server as a process of its own, for tests that kill what talks to it.

    python -m tests.fakes.discord --port N --state FILE

FILE is read at the start if it exists and written whole after each request: the world with all its
messages, and the request log. One line of JSON on stdout says where the server listens and which
guild and channels it has. Orders are taken under /_fake/: see Controlled.
"""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from aiohttp import web

from tests.fakes.discord.errors import Json
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import World


class Controlled(FakeDiscord):
    """The server with routes for tests in other processes.

    GET /_fake/state · POST /_fake/faults (a list of Fault's fields) · POST /_fake/clock {"advance": s} ·
    POST /_fake/gateway {"do": "reconnect" | "invalidate" | "close" | "cut"} ·
    POST /_fake/press {"channel", "message", "custom_id"} · POST /_fake/deny {"channel", "bits"}.
    """

    def __init__(self, world: World, port: int, state: Path | None) -> None:
        super().__init__(world, port)
        self._state = state
        self.after_request = self.save

    def extend(self, app: web.Application) -> None:
        """Add the routes for orders."""
        app.router.add_get("/_fake/state", self._tell)
        app.router.add_post("/_fake/{order}", self._obey)

    def state(self) -> Json:
        """The world and the log."""
        return {"world": self.world.as_json(), "log": [one.as_json() for one in self.log]}

    def save(self) -> None:
        """Write the state file whole, so that a reader never sees half of it."""
        if self._state is not None:
            half = self._state.with_suffix(".half")
            half.write_text(json.dumps(self.state()))
            half.replace(self._state)

    async def _tell(self, request: web.Request) -> web.Response:
        return web.json_response(self.state())

    async def _obey(self, request: web.Request) -> web.Response:
        body = await request.json()
        order = request.match_info["order"]
        if order == "faults":
            self.faults.order(*(Fault(**one) for one in body))
        elif order == "clock":
            self.world.clock.advance(body["advance"])
        elif order == "gateway":
            getattr(self.gateway, body["do"])()
        elif order == "press":
            message = self.world.message(body["channel"], body["message"])
            self.person().press(message.payload, body["custom_id"])
        elif order == "deny":
            self.world.deny(body["channel"], body["bits"])
        else:
            raise web.HTTPNotFound
        return web.json_response({})


def load(state: Path | None) -> World:
    """The world of the state file, or a new one."""
    world = World()
    if state is not None and state.exists():
        world.load(json.loads(state.read_text())["world"])
    return world


async def serve(world: World, port: int, state: Path | None) -> None:
    """Serve until SIGTERM or SIGINT."""
    async with Controlled(world, port, state) as fake:
        fake.save()
        known = {"guild": world.guild_id, "channel": world.channel_id, "forum": world.forum_id}
        print(json.dumps({"api": fake.api, "token": world.token, **known}), flush=True)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.discord", description="Discord on loopback")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path)
    given = parser.parse_args()
    asyncio.run(serve(load(given.state), given.port, given.state))


if __name__ == "__main__":
    main()
