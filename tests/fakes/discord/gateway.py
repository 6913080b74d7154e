"""The gateway: HELLO, IDENTIFY, RESUME, heartbeats, and the dispatch of what happens in the world."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import WSMsgType, web

from tests.fakes.discord.account import application_payload
from tests.fakes.discord.errors import Json
from tests.fakes.discord.session import Session, Socket
from tests.fakes.discord.world import World

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 1, 2, 6, 7, 9, 10, 11
BAD_TOKEN, BAD_SHARD = 4004, 4010


class Gateway:
    """All sockets and sessions. `heard` keeps every frame that clients sent, oldest first."""

    def __init__(self, world: World, url: Callable[[], str], changed: Callable[[], None]) -> None:
        self._world = world
        self._url = url
        self._changed = changed
        self.sockets: set[Socket] = set()
        self.sessions: dict[str, Session] = {}
        self.heard: list[Json] = []
        self.heartbeat_ms = 41_250
        self.acknowledge = True

    # -- orders from tests ------------------------------------------------------------------------

    def reconnect(self) -> None:
        """Ask every client to come back and resume."""
        for socket in self.sockets:
            socket.send({"op": RECONNECT, "d": None, "s": None, "t": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is over."""
        if not resumable:
            self.sessions.clear()
        for socket in self.sockets:
            socket.send({"op": INVALID_SESSION, "d": resumable, "s": None, "t": None})

    def close(self, code: int = 1001) -> None:
        """Close every socket with this code; sessions stay, so that they can be resumed."""
        for socket in list(self.sockets):
            socket.close(code)

    def cut(self) -> None:
        """Break every connection without a word."""
        for socket in list(self.sockets):
            socket.cut()

    def demand_heartbeat(self) -> None:
        """Ask every client for a heartbeat now."""
        for socket in self.sockets:
            socket.send({"op": HEARTBEAT, "d": None, "s": None, "t": None})

    def emit(self, event: str, data: Json, guild_id: str | None) -> None:
        """Dispatch an event to each session that covers it."""
        for session in self.sessions.values():
            if session.wants(event, guild_id):
                session.dispatch(event, data)

    # -- a socket's life --------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """GET /gateway."""
        ws = web.WebSocketResponse(max_msg_size=4096 * 4)
        await ws.prepare(request)
        socket = Socket(ws, request.query.get("compress") == "zlib-stream", request.transport)
        self.sockets.add(socket)
        writer = asyncio.create_task(socket.write())
        socket.send({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}, "s": None, "t": None})
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    self._hear(socket, json.loads(message.data))
        finally:
            self._lose(socket)
            writer.cancel()
        return ws

    def _lose(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        for session in self.sessions.values():
            if session.socket is socket:
                session.socket = None
        self._changed()

    def _hear(self, socket: Socket, frame: Json) -> None:
        self.heard.append(frame)
        if frame["op"] == HEARTBEAT and self.acknowledge:
            socket.send({"op": ACK, "d": None, "s": None, "t": None})
        elif frame["op"] == IDENTIFY:
            self._identify(socket, frame["d"])
        elif frame["op"] == RESUME:
            self._resume(socket, frame["d"])
        self._changed()

    def _identify(self, socket: Socket, data: Json) -> None:
        number, count = data.get("shard") or (0, 1)
        if data["token"] != self._world.token:
            socket.close(BAD_TOKEN)
        elif not 0 <= number < count:
            socket.close(BAD_SHARD)
        else:
            session = Session((number, count), data["intents"], socket)
            self.sessions[session.id] = session
            self._welcome(session)

    def _welcome(self, session: Session) -> None:
        world = self._world
        own = [guild for guild in world.guilds if session.wants("GUILD_CREATE", guild)]
        ready: Json = {
            "v": 10,
            "user": world.bot,
            "guilds": [{"id": guild, "unavailable": True} for guild in own],
            "session_id": session.id,
            "resume_gateway_url": self._url(),
            "shard": list(session.shard),
            "application": {key: application_payload(world)[key] for key in ("id", "flags")},
        }
        session.dispatch("READY", ready)
        for guild in own:
            session.dispatch("GUILD_CREATE", world.guild_create(guild))

    def _resume(self, socket: Socket, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        if data["token"] != self._world.token:
            socket.close(BAD_TOKEN)
        elif session is None or data["seq"] > len(session.sent):
            socket.send({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
        else:
            session.socket = socket
            session.replay(data["seq"])
            session.dispatch("RESUMED", {})
