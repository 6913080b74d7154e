"""A real web server on a loopback address: documents at paths, conditional answers, and faults to order."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    """One request that arrived: its path with the query, and its header fields."""

    path: str
    headers: Mapping[str, str]


@dataclass
class Web:
    """Use as an async context manager; `host` is the loopback address to listen at.

    A document served with `serve` has an ETag of its content and answers 304 to a matching request.
    A path nobody ordered answers 404. `asked` is every request in order of arrival.
    """

    host: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)
    _handlers: dict[str, Handler] = field(default_factory=dict)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._dispatch)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, 0)
        await site.start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    def url(self, path: str = "/") -> str:
        """The address of `path` on this server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{path}"

    def handle(self, path: str, handler: Handler) -> str:
        """Let `handler` answer for `path` (without query); the address of it."""
        self._handlers[path] = handler
        return self.url(path)

    def serve(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        kind: str = "application/rss+xml; charset=utf-8",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        validators: bool = True,
    ) -> str:
        """Serve one document at `path`; `kind` is its Content-Type, as it is sent. The address of it."""
        data = body.encode() if isinstance(body, str) else body
        tag = f'"{hashlib.blake2b(data, digest_size=8).hexdigest()}"'

        async def answer(request: web.Request) -> web.Response:
            extra = {**({"ETag": tag} if validators else {}), **(headers or {})}
            if validators and request.headers.get("If-None-Match") == tag:
                return web.Response(status=304, headers=extra)
            return web.Response(status=status, body=data, headers={"Content-Type": kind, **extra})

        return self.handle(path, answer)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """Redirect `path` to `target`; the address of it."""

        async def answer(request: web.Request) -> web.Response:
            return web.Response(status=status, headers={"Location": target})

        return self.handle(path, answer)

    def cut(self, path: str, body: bytes, declared: int) -> str:
        """Promise `declared` bytes at `path`, send `body` and drop the connection; the address of it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Length": str(declared)})
            await response.prepare(request)
            await response.write(body)
            assert request.transport is not None
            request.transport.close()
            return response

        return self.handle(path, answer)

    def hang(self, path: str, body: bytes = b"") -> str:
        """Send `body` at `path` and then nothing until the server closes; the address of it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            if body:
                await response.prepare(request)
                await response.write(body)
            await self._closing.wait()
            return response

        return self.handle(path, answer)

    def endless(self, path: str, chunk: bytes, pause: float = 0.0) -> str:
        """Send `chunk` at `path` for ever, `pause` seconds apart; the address of it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            while not self._closing.is_set():
                await response.write(chunk)
                await asyncio.sleep(pause)
            return response

        return self.handle(path, answer)

    async def _dispatch(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.path_qs, dict(request.headers)))
        handler = self._handlers.get(request.path)
        return web.Response(status=404) if handler is None else await handler(request)
