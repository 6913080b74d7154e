"""The sample Bluesky account, in the shape of app.bsky.feed.getAuthorFeed (lexicon app.bsky.feed.defs)."""

import base64
import hashlib
from datetime import datetime
from typing import Any

from bot.demo.posts import Outlet, SamplePost, Script


def handle(outlet: Outlet) -> str:
    """The account's handle."""
    return f"{outlet.key}.example"


def did(outlet: Outlet) -> str:
    """The account's identifier: invented, but in the form of a real one."""
    digest = hashlib.sha256(outlet.key.encode()).digest()
    return "did:plc:" + base64.b32encode(digest).decode().lower()[:24]


def guid(post: SamplePost) -> str:
    """The at:// address of a post."""
    return f"at://{did(post.outlet)}/app.bsky.feed.post/{post.id}"


def author_feed(
    script: Script, outlet: Outlet, now: datetime, base: str, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """The account's posts at `now`, newest first, at most `limit` of those older than `cursor`.

    Links into other outlets start with `base`. The answer names a cursor while older posts remain.
    """
    posts = [p for p in script.standing(outlet, now) if cursor is None or _time(p.published) < cursor]
    answer: dict[str, Any] = {"feed": [{"post": _view(script, post, base)} for post in posts[:limit]]}
    if len(posts) > limit:
        answer["cursor"] = _time(posts[limit - 1].published)
    return answer


def _view(script: Script, post: SamplePost, base: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "text": post.text,
        "langs": [post.lang],
        "createdAt": _time(post.published),
    }
    view: dict[str, Any] = {
        "uri": guid(post),
        "cid": _cid(post.text),
        "author": {"did": did(post.outlet), "handle": handle(post.outlet), "displayName": post.outlet.name},
        "record": record,
        "replyCount": 0,
        "repostCount": 0,
        "likeCount": 0,
        "quoteCount": 0,
        "indexedAt": _time(post.step),
    }
    if post.link is not None:
        external = _external(script, post.link, base)
        record["embed"] = {"$type": "app.bsky.embed.external", "external": external}
        view["embed"] = {"$type": "app.bsky.embed.external#view", "external": external}
    return view


def _external(script: Script, ref: str, base: str) -> dict[str, str]:
    linked = next(post for post in script.posts if post.ref == ref)
    description = linked.paragraphs[0].partition(". ")[0] + "."
    return {
        "uri": f"{base}/{linked.outlet.key}{linked.path}",
        "title": linked.title,
        "description": description,
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _cid(text: str) -> str:
    # CIDv1, dag-cbor, sha2-256. The digest is of the text alone: nobody checks it against a repository here.
    raw = b"\x01\x71\x12\x20" + hashlib.sha256(text.encode()).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")
