"""Gateway sessions: what outlives a socket, so that a client can resume."""

import asyncio
import json
import secrets
import zlib
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.discord.errors import Json

DISPATCH = 0
INTENTS = {"MESSAGE": 1 << 9, "GUILD": 1 << 0, "CHANNEL": 1 << 0, "THREAD": 1 << 0}


@dataclass(eq=False)
class Socket:
    """One WebSocket: frames leave in order through a queue, compressed if the client asked for it."""

    ws: web.WebSocketResponse
    compress: bool
    transport: asyncio.Transport | None
    _queue: "asyncio.Queue[Json | int]" = field(default_factory=asyncio.Queue)

    def send(self, frame: Json) -> None:
        """Put a frame in line."""
        self._queue.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close with this code once everything in line has left."""
        self._queue.put_nowait(code)

    def cut(self) -> None:
        """Break the connection without a word."""
        if self.transport is not None:
            self.transport.abort()

    async def write(self) -> None:
        """Send what is in line until told to close."""
        context = zlib.compressobj() if self.compress else None
        while isinstance(frame := await self._queue.get(), dict):
            text = json.dumps(frame)
            if context is None:
                await self.ws.send_str(text)
            else:
                data = context.compress(text.encode()) + context.flush(zlib.Z_SYNC_FLUSH)
                await self.ws.send_bytes(data)
        await self.ws.close(code=frame)


@dataclass(eq=False)
class Session:
    """A client's session: its shard, its intents, and everything dispatched in it."""

    shard: tuple[int, int]
    intents: int
    socket: Socket | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sent: list[Json] = field(default_factory=list)

    def wants(self, event: str, guild_id: str | None) -> bool:
        """Whether this shard and these intents cover the event."""
        number, count = self.shard
        if guild_id is not None and (int(guild_id) >> 22) % count != number:
            return False
        need = INTENTS.get(event.split("_", maxsplit=1)[0], 0)
        return not need or bool(self.intents & need)

    def dispatch(self, event: str, data: Json) -> None:
        """Number the event, keep it, and send it if a socket is there."""
        frame: Json = {"op": DISPATCH, "t": event, "s": len(self.sent) + 1, "d": json.loads(json.dumps(data))}
        self.sent.append(frame)
        if self.socket is not None:
            self.socket.send(frame)

    def replay(self, after: int) -> None:
        """Send again what came after this sequence number."""
        if self.socket is not None:
            for frame in self.sent[after:]:
                self.socket.send(frame)
