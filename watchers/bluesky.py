"""A Bluesky account: its posts, quotes and reposts, by app.bsky.feed.getAuthorFeed, which wants no login."""

import re
from urllib.parse import urlencode

from watchers import blueskypage
from watchers.blueskypage import Page
from watchers.errors import BadSource, HttpStatus
from watchers.fetch import Door
from watchers.post import Batch, FetchedPost
from watchers.url import check_url
from watchers.watcher import Options, PollRequest, Spec, flag_option, refuse_unknown, text_option

PUBLIC = "https://public.api.bsky.app"
PAGE = 100
MAX_PAGES = 5
"""Older pages looked at for what was posted since the last poll."""
RECENT = 20
"""Posts whose ids the cursor keeps: one of them still being there means that nothing was missed."""

_PROFILE = "https://bsky.app/profile/"
# https://atproto.com/specs/handle and /specs/did
_HANDLE = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
_DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[A-Za-z0-9.-]{1,253})")


class BlueskyWatcher:
    """One account. Cursor: `recent`, the newest guids of the last poll, and `title`."""

    kind = "bluesky"

    def check(self, url: str, options: Options) -> Spec:
        """`url` is the profile's address, `@handle`, a handle or a DID. Options: `replies` (false),
        `reposts` (true), `base` (the public service). Raises BadSource."""
        refuse_unknown(options, ("replies", "reposts", "base"))
        actor = url.strip().removeprefix(_PROFILE).removeprefix("@").rstrip("/")
        if not (_HANDLE.fullmatch(actor) or _DID.fullmatch(actor)):
            raise BadSource(f"write a Bluesky account as {_PROFILE}name.example.com or @name.example.com")
        kept = {name: flag_option(options, name, False) for name in ("replies", "reposts") if name in options}
        base = text_option(options, "base")
        return Spec(_PROFILE + actor, {**kept, **({"base": check_url(base).rstrip("/")} if base else {})})

    async def poll(self, request: PollRequest, door: Door) -> Batch:
        """What the account posted since the cursor, at most MAX_PAGES pages of it; raises WatcherError."""
        recent = request.cursor.get("recent") or ()
        found: list[FetchedPost] = []
        title, cursor, unread, met = request.cursor.get("title"), None, 0, False
        for _ in range(MAX_PAGES if recent else 1):
            page = await _page(request, door, cursor)
            found += page.posts
            title, cursor, unread = page.title or title, page.cursor, unread + page.unread
            met = any(post.guid in recent for post in page.posts)
            if met or cursor is None:
                break
        new = {post.guid: post for post in found if post.guid not in recent}
        warnings = [f"{unread} posts cannot be read"] if unread else []
        if recent and not met and cursor is not None:
            warnings.append(f"more than {len(found)} posts since the last poll; older ones were missed")
        return Batch(
            posts=tuple(reversed(new.values())),
            cursor={"recent": [post.guid for post in found[:RECENT]] or list(recent), "title": title},
            changed=bool(new),
            title=title,
            warnings=tuple(warnings),
        )


async def _page(request: PollRequest, door: Door, cursor: str | None) -> Page:
    actor = request.url.removeprefix(_PROFILE)
    options = request.options
    wanted = "posts_with_replies" if options.get("replies", False) else "posts_and_author_threads"
    query = {"actor": actor, "limit": str(PAGE), "filter": wanted, **({"cursor": cursor} if cursor else {})}
    base = options.get("base", PUBLIC)
    try:
        fetched = await door.get(
            f"{base}/xrpc/app.bsky.feed.getAuthorFeed?{urlencode(query)}", accept="application/json"
        )
    except HttpStatus as error:
        if error.status != 400:
            raise
        raise HttpStatus(
            f"Bluesky shows no account {actor} (renamed, closed or hidden); look at {request.url}",
            status=400,
        ) from error
    reposts = bool(options.get("reposts", True))
    return await door.worker.run(blueskypage.parse, fetched.body, actor, request.now, reposts)
