"""The stage of the demo: one loopback server that shows every sample source as it stands at one moment."""

import hashlib
import json
from datetime import datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo import bluesky, outlets
from bot.demo.posts import Outlet, SamplePost, Script

HOST = "127.0.0.1"


class Stage:
    """Serves a script on 127.0.0.1, on a port that the system chooses, while it is entered.

    `moment` (aware UTC) is what its visitors see; set it to move on. `asked` and `unchanged` count
    the requests for sources and those among them that were answered with 304.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.moment: datetime = script.steps[0]
        self.asked = 0
        self.unchanged = 0
        self._port = 0
        self._runner: web.AppRunner | None = None

    @property
    def base(self) -> str:
        """Where it stands, without a slash at the end; only while entered."""
        return f"http://{HOST}:{self._port}"

    def address(self, outlet: Outlet) -> str:
        """What to watch: the address of the outlet's feed, or the handle of the Bluesky account."""
        return bluesky.handle(outlet) if outlet.format == "bluesky" else f"{self.base}/{outlet.key}/feed"

    def url(self, post: SamplePost) -> str:
        """The address of the post's page, as its feed gives it."""
        return f"{self.base}/{post.outlet.key}{post.path}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/xrpc/app.bsky.feed.getAuthorFeed", self._author_feed)
        app.router.add_get("/{outlet}/feed", self._feed)
        app.router.add_get("/{outlet}/{path:.+}", self._page)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = self._outlet(request)
        body = outlets.feed(self.script, outlet, self.moment, self.base)
        posts = self.script.standing(outlet, self.moment)
        headers = {"Content-Type": outlets.CONTENT_TYPES[outlet.format], "Cache-Control": "no-cache"}
        if posts:
            headers["Last-Modified"] = format_datetime(max(post.step for post in posts), usegmt=True)
        return self._conditional(request, body, headers)

    async def _author_feed(self, request: web.Request) -> web.Response:
        accounts = {o.key: o for o in self.script.outlets if o.format == "bluesky"}
        actor = request.query.get("actor", "")
        outlet = next((o for o in accounts.values() if actor in (bluesky.handle(o), bluesky.did(o))), None)
        limit = request.query.get("limit", "50")
        if outlet is None or not limit.isdecimal() or not 1 <= int(limit) <= 100:
            error = {"error": "InvalidRequest", "message": "no such actor, or a limit out of 1 to 100"}
            return web.json_response(error, status=400)
        answer = bluesky.author_feed(
            self.script, outlet, self.moment, self.base, int(limit), request.query.get("cursor")
        )
        body = json.dumps(answer, ensure_ascii=False).encode()
        return self._conditional(request, body, {"Content-Type": "application/json; charset=utf-8"})

    async def _page(self, request: web.Request) -> web.Response:
        outlet = self._outlet(request)
        wanted = "/" + request.match_info["path"]
        for post in self.script.standing(outlet, self.moment):
            if wanted == post.path.partition("?")[0]:
                return web.Response(text=outlets.page(post, self.base), content_type="text/html")
        raise web.HTTPNotFound

    def _outlet(self, request: web.Request) -> Outlet:
        for outlet in self.script.outlets:
            if outlet.key == request.match_info["outlet"] and outlet.format != "bluesky":
                return outlet
        raise web.HTTPNotFound

    def _conditional(self, request: web.Request, body: bytes, headers: dict[str, str]) -> web.Response:
        self.asked += 1
        etag = hashlib.sha256(body).hexdigest()[:32]
        headers["ETag"] = f'"{etag}"'
        if request.if_none_match and any(tag.value == etag for tag in request.if_none_match):
            self.unchanged += 1
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers)
