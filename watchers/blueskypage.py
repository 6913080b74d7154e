"""One page of a Bluesky account's feed, as app.bsky.feed.getAuthorFeed answers. Runs in the worker's process.

Bluesky's words: an account has a DID that never changes and a handle that may; a post's address is
`at://<did>/app.bsky.feed.post/<rkey>`. A feed's entry is a post with, for a repost, a reason.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchers import document
from watchers.errors import Malformed
from watchers.jsonfeed import rfc3339
from watchers.post import FetchedPost

_REPOST = "app.bsky.feed.defs#reasonRepost"
_PIN = "app.bsky.feed.defs#reasonPin"
_NO_HANDLE = "handle.invalid"  # what the service shows while a handle does not lead back to its account

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """`posts` are newest first; `cursor` leads to the next older page, None at the end.

    `title` is the account's name as its own posts show it; `unread` counts entries that are not as promised.
    """

    posts: tuple[FetchedPost, ...]
    cursor: str | None
    title: str | None
    unread: int


def parse(body: bytes, actor: str, now: datetime, reposts: bool) -> Page:
    """The page in `body` of the account `actor` (handle or DID); raises Malformed."""
    try:
        page = json.loads(body)
    except ValueError as error:
        raise Malformed("the service's answer is not JSON, or cut short; it is tried again") from error
    entries = page.get("feed") if isinstance(page, dict) else None
    if not isinstance(entries, list):
        raise Malformed("the service's answer has no `feed`; check the option `base`")
    posts, unread, title = [], 0, None
    for entry in entries:
        try:
            kind = _part(entry, "reason").get("$type")
            title = title or (_own_name(entry, actor) if kind != _REPOST else None)
            if kind == _PIN or (kind == _REPOST and not reposts):
                continue  # a pinned post is an old one that stands first
            posts.append(_post(entry, now))
        except (KeyError, TypeError, AttributeError, ValueError):
            unread += 1
    cursor = page.get("cursor")
    return Page(tuple(posts), cursor if isinstance(cursor, str) and cursor else None, title, unread)


def _part(value: Json, name: str) -> Json:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _own_name(entry: Json, actor: str) -> str | None:
    author = entry["post"]["author"]
    if actor.lower() in (str(author.get("did")).lower(), str(author.get("handle")).lower()):
        return _name(author)
    return None


def _post(entry: Json, now: datetime) -> FetchedPost:
    post, reason = entry["post"], _part(entry, "reason")
    record = post["record"]
    langs = record.get("langs")
    return FetchedPost(
        guid=_guid(post, reason),
        title="",
        url=_page_of(post["uri"], post["author"]),
        text=document.body("\n\n".join(_texts(record, _part(post, "embed")))),
        published=_published(record, post, now),
        author=_name(post["author"]),
        lang=document.lang_tag(langs[0]) if isinstance(langs, list) and langs else None,
    )


def _guid(post: Json, reason: Json) -> str:
    """The post's own address; for a repost the repost's, since two accounts may repost the same."""
    if reason.get("$type") != _REPOST:
        return document.identity(post["uri"], None, "", "")
    return document.identity(reason.get("uri") or f"{post['uri']} by {reason['by']['did']}", None, "", "")


def _published(record: Json, post: Json, now: datetime) -> datetime | None:
    """What the author's client says, but not later than the service saw the post."""
    created = document.credible(rfc3339(record.get("createdAt")), now)
    indexed = document.credible(rfc3339(post.get("indexedAt")), now)
    return min((when for when in (created, indexed) if when), default=None)


def _name(author: Json) -> str:
    handle = f"@{author['handle']}"
    shown = document.plain(author.get("displayName"), 100)
    return f"{shown} ({handle})" if shown else handle


def _page_of(uri: str, author: Json) -> str:
    """The post's page for people."""
    handle = author["handle"]
    actor = author["did"] if handle == _NO_HANDLE else handle
    return f"https://bsky.app/profile/{actor}/post/{uri.rpartition('/')[2]}"


def _texts(record: Json, embed: Json) -> Iterator[str]:
    """What the post says, and then what stands in its cards: pictures' descriptions, links, quoted posts."""
    if text := str(record.get("text") or "").strip():
        yield text
    media = _part(embed, "media")  # of recordWithMedia: a quote beside pictures or a link
    for part in (embed, media):
        for image in part.get("images") or ():
            if alt := str(image.get("alt") or "").strip():
                yield alt
        if external := _part(part, "external"):
            yield "\n".join(
                filter(None, (external.get("title"), external.get("description"), external["uri"]))
            )
    quoted = _part(embed, "record")
    quoted = _part(quoted, "record") if media else quoted
    if "value" in quoted:  # else it was deleted, blocked or detached, or is no post
        quote = str(quoted["value"].get("text") or "").strip()
        yield f"{_name(quoted['author'])}: {quote}\n{_page_of(quoted['uri'], quoted['author'])}"
