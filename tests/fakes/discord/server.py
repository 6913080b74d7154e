"""The server: every request passes the log, the faults, the token and the rate limits, then its route."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Self

from aiohttp import BodyPartReader, web

from tests.fakes.discord import account, commands, interactions, messages, ratelimit, threads
from tests.fakes.discord.calls import Call, Exchange, Handler, Reply, Routes
from tests.fakes.discord.errors import ApiError, Json
from tests.fakes.discord.faults import Fault, Faults
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.people import Person
from tests.fakes.discord.world import World

BASE = "/api/v10"
UNSIGNED = ("/interactions/", "/webhooks/")  # their token stands in the path
UNAUTHORIZED: Json = {"message": "401: Unauthorized", "code": 0}
MODULES = (account, messages, threads, commands, interactions)


class FakeDiscord:
    """Discord on 127.0.0.1, for as long as its `async with` lasts. See the package's docstring."""

    def __init__(self, world: World | None = None, port: int = 0) -> None:
        self.world = world or World()
        self.port = port
        self.faults = Faults()
        self.limits = ratelimit.RateLimits(self.world.clock)
        self.log: list[Exchange] = []
        self.invalid_requests = 0  # those that count towards Discord's ban
        self.after_request: Callable[[], None] = lambda: None
        self.gateway = Gateway(self.world, lambda: self.gateway_url, self._pulse)
        self.world.emit = self.gateway.emit
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    # -- for tests --------------------------------------------------------------------------------

    @property
    def api(self) -> str:
        """The REST base."""
        return f"http://127.0.0.1:{self.port}{BASE}"

    @property
    def gateway_url(self) -> str:
        """The gateway's address, as GET /gateway/bot tells it."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    def person(self, **options: Any) -> Person:
        """The guild's owner, ready to act; options as in Person."""
        return Person(self.world, options.pop("user", self.world.owner), **options)

    def requests(self, method: str, ending: str) -> list[Exchange]:
        """The logged requests of this method whose path ends so, oldest first."""
        return [one for one in self.log if one.method == method and one.path.endswith(ending)]

    async def until(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until the condition holds, looking after every request and frame. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def _pulse(self) -> None:
        self._changed.set()

    # -- its life ---------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; port 0 takes a free one."""
        app = web.Application(client_max_size=30 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.handle)
        for method, path, handler in self._routes():
            app.router.add_route(method, BASE + path, self._serve(path, handler))
        app.router.add_route("*", BASE + "/{rest:.*}", self._serve("/{rest}", _unknown))
        self.extend(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    def extend(self, app: web.Application) -> None:
        """A place for subclasses to add routes of their own."""

    async def stop(self) -> None:
        """Close every socket and stop listening."""
        self._stopping.set()
        self.gateway.close(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    def _routes(self) -> Routes:
        own: Routes = [("GET", "/gateway/bot", self._gateway_bot), ("GET", "/gateway", self._gateway_plain)]
        return own + [route for module in MODULES for route in module.ROUTES]

    def _gateway_plain(self, world: World, call: Call) -> Reply:
        return Reply({"url": self.gateway_url})

    def _gateway_bot(self, world: World, call: Call) -> Reply:
        starts = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return Reply({"url": self.gateway_url, "shards": world.shards, "session_start_limit": starts})

    # -- a request's way --------------------------------------------------------------------------

    def _serve(self, route: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, route, handler)

        return serve

    async def _answer(self, request: web.Request, route: str, handler: Handler) -> web.StreamResponse:
        call = await _read(request, route)
        fault = self.faults.take(call)
        if fault is not None and fault.kind == "slow":
            await self._wait(fault.delay)
        reply, headers = self._decide(request, call, handler, fault)
        lost = fault is not None and fault.kind in ("drop", "refuse")
        self._note(call, reply, answered=not lost, scope=headers.get("X-RateLimit-Scope"))
        if fault is not None and fault.kind == "late":
            await self._wait(fault.delay)
        if lost and request.transport is not None:
            request.transport.abort()
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        # discord.py parses JSON only under exactly this content type, without a charset.
        headers["Content-Type"] = "application/json"
        return web.Response(status=reply.status, body=json.dumps(reply.body).encode(), headers=headers)

    def _decide(
        self, request: web.Request, call: Call, handler: Handler, fault: Fault | None
    ) -> tuple[Reply, dict[str, str]]:
        if fault is not None and fault.kind == "refuse":
            return Reply(status=500), {}
        if fault is not None and fault.kind == "status":
            return Reply({"message": f"{fault.status}: loopback", "code": 0}, fault.status), {}
        if fault is not None and fault.kind == "limit":
            body, headers = ratelimit.limited(fault.retry_after, fault.scope, via=fault.via)
            return Reply(body, 429), headers
        signed = request.headers.get("Authorization") == f"Bot {self.world.token}"
        if not signed and not call.path.startswith(UNSIGNED):
            return Reply(UNAUTHORIZED, 401), {}
        return self._within_limits(call, handler)

    def _within_limits(self, call: Call, handler: Handler) -> tuple[Reply, dict[str, str]]:
        passes, bucket = self.limits.take(call)
        headers = self.limits.headers(bucket)
        if not passes:
            body, more = ratelimit.limited(self.limits.wait(bucket), "user")
            return Reply(body, 429), headers | more
        try:
            return handler(self.world, call), headers
        except ApiError as error:
            if error.status == 429:
                headers |= {"Via": "1.1 loopback", "Retry-After": "20", "X-RateLimit-Scope": "shared"}
            return Reply(error.body(), error.status), headers

    def _note(self, call: Call, reply: Reply, *, answered: bool, scope: str | None) -> None:
        if reply.status in (401, 403) or (reply.status == 429 and scope != "shared"):
            self.invalid_requests += 1
        body = call.body
        if isinstance(body, dict):
            body = {key: value for key, value in body.items() if key != "uploads"}
        told = json.loads(json.dumps(reply.body))  # what stands in the world goes on changing
        self.log.append(
            Exchange(
                self.world.clock.now(),
                call.method,
                call.path,
                call.route,
                dict(call.query),
                body,
                reply.status,
                told,
                answered,
            )
        )
        self.after_request()
        self._pulse()

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _unknown(world: World, call: Call) -> Reply:
    raise ApiError(0)


async def _read(request: web.Request, route: str) -> Call:
    path = request.path.removeprefix(BASE)
    params = {key: value for key, value in request.match_info.items() if key != "rest"}
    return Call(request.method, path, route, params, dict(request.query), await _body(request))


async def _body(request: web.Request) -> Any:
    if request.content_type.startswith("multipart/"):
        return await _multipart(request)
    raw = await request.read()
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


async def _multipart(request: web.Request) -> Json:
    """A body with files: the JSON part, and under `uploads` the name and content of each file."""
    body: Json = {}
    uploads: list[tuple[str, bytes]] = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.name == "payload_json":
            body = json.loads(await part.text())
        else:
            uploads.append((part.filename or "file", bytes(await part.read(decode=True))))
    return body | {"uploads": uploads}
