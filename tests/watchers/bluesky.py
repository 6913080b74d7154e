"""A Bluesky service of our own: one account's feed, in pages, in the shape of app.bsky.feed.getAuthorFeed."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from tests.fakes.web import Web
from tests.watchers.texts import NOW

METHOD = "/xrpc/app.bsky.feed.getAuthorFeed"
DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
CID = "bafyreibellbellbellbellbellbellbellbellbellbellbellbellbell"
BELL = {"did": DID, "handle": "bell.example", "displayName": "The Bell"}
TOWER = {"did": "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb", "handle": "tower.example", "displayName": ""}


def stamp(when: datetime) -> str:
    """A date as the service writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def entry(
    rkey: str, text: str, *, author: dict[str, str] = BELL, embed: Any = None, **record: Any
) -> dict[str, Any]:
    """One entry of the feed; `record` adds to or replaces the record's fields."""
    when = stamp(NOW - timedelta(hours=1))
    post: dict[str, Any] = {
        "uri": f"at://{author['did']}/app.bsky.feed.post/{rkey}",
        "cid": CID,
        "author": author,
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": when, **record},
        "indexedAt": when,
    }
    return {"post": {**post, "embed": embed} if embed else post}


def reposted(original: dict[str, Any], rkey: str | None) -> dict[str, Any]:
    """The entry for The Bell's repost of `original`; older services leave out the repost's address."""
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": BELL, "indexedAt": stamp(NOW)}
    return {
        **original,
        "reason": reason | ({"uri": f"at://{DID}/app.bsky.feed.repost/{rkey}"} if rkey else {}),
    }


def link_card(uri: str, title: str, description: str) -> dict[str, Any]:
    """A card of a link."""
    external = {"uri": uri, "title": title, "description": description}
    return {"$type": "app.bsky.embed.external#view", "external": external}


def quote_card(quoted: dict[str, Any]) -> dict[str, Any]:
    """A card that quotes the post of another entry."""
    post = quoted["post"]
    record = {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": post["uri"],
        "cid": CID,
        "author": post["author"],
        "value": post["record"],
        "indexedAt": post["indexedAt"],
    }
    return {"$type": "app.bsky.embed.record#view", "record": record}


class Account:
    """Serves `entries`, newest first, on `server`; its pages hold `size` of them. `answers` are kept."""

    def __init__(self, server: Web, size: int = 100) -> None:
        self.entries: list[dict[str, Any]] = []
        self.size = size
        self.answers: list[dict[str, Any]] = []
        self.base = server.handle(METHOD, self._answer).removesuffix(METHOD)

    async def _answer(self, request: web.Request) -> web.Response:
        if request.query["actor"] not in ("bell.example", DID):
            return web.json_response({"error": "InvalidRequest", "message": "Profile not found"}, status=400)
        start = int(request.query.get("cursor", "0"))
        end = start + min(self.size, int(request.query["limit"]))
        answer: dict[str, Any] = {"feed": self.entries[start:end]}
        if end < len(self.entries):
            answer["cursor"] = str(end)
        self.answers.append(answer)
        return web.json_response(answer)
