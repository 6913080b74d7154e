"""A feed as parsed, whatever its format: what the formats share about identity, dates, order and size."""

import calendar
import hashlib
import html
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from watchers.post import FetchedPost

MAX_POSTS = 1000
"""Posts taken from one document; a feed that carries its whole archive is cut to its newest."""
MAX_TEXT = 200_000
MAX_TITLE = 1000
MAX_GUID = 512
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""There were no feeds before: an older date is a clock that was never set."""

_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPACE = re.compile(r"\s+")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed. `posts` are oldest first. `ttl`: minutes for which it asks to be left alone, or None.

    `skip_hours` (0 to 23, UTC) and `skip_days` (0 is Monday) are when it has nothing new. `hubs` are its
    WebSub hubs. `whole` is False when the document broke off.
    """

    posts: tuple[FetchedPost, ...] = ()
    title: str | None = None
    lang: str | None = None
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hubs: tuple[str, ...] = ()
    topic: str | None = None
    whole: bool = True
    warnings: tuple[str, ...] = ()


def plain(text: object, limit: int = MAX_TITLE) -> str:
    """A title or a name without markup, in one line of at most `limit` characters; "" for what is no text."""
    if not isinstance(text, str):
        return ""
    stripped = html.unescape(_TAG.sub("", text[: limit * 4]))
    return _SPACE.sub(" ", stripped).strip()[:limit]


def body(text: object) -> str:
    """A summary or a text as given, cut to MAX_TEXT characters; "" for what is no text."""
    return text[:MAX_TEXT].strip() if isinstance(text, str) else ""


def web_link(text: object) -> str | None:
    """`text` if it is an absolute http or https address, else None."""
    if not isinstance(text, str):
        return None
    text = text.strip()
    return text if re.match(r"https?://[^/\s]", text, re.IGNORECASE) and len(text) <= 2048 else None


def resolved(text: object, base: str) -> str | None:
    """`text`, a link that may be relative to `base`, as an absolute web address; None for none."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return web_link(urljoin(base, text.strip()))
    except ValueError:
        return None


def lang_tag(text: object) -> str | None:
    """`text` as a BCP 47 tag, or None."""
    if isinstance(text, str) and _LANG.fullmatch(text := text.strip()):
        return text.replace("_", "-")
    return None


def credible(when: datetime | time.struct_time | None, now: datetime) -> datetime | None:
    """`when` as aware UTC, unless it is none, before 1995, or more than a day after `now`."""
    if isinstance(when, time.struct_time):
        try:
            when = datetime.fromtimestamp(calendar.timegm(when), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    if when is None or not EARLIEST <= when <= now + timedelta(days=1):
        return None
    return when


def identity(given: object, link: str | None, title: str, text: str) -> str:
    """A post's guid: the source's own id, else its link, else a hash of title and text. Never a date."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        given = str(given)
    guid = given.strip() if isinstance(given, str) else ""
    guid = guid or link or _digest(f"{title}\n{text}")
    return guid if len(guid) <= MAX_GUID else _digest(guid)


def _digest(text: str) -> str:
    return "blake2b:" + hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=20).hexdigest()


def settle(posts: Sequence[FetchedPost]) -> tuple[tuple[FetchedPost, ...], tuple[str, ...]]:
    """The posts of a document, given in its order: each identity once, at most MAX_POSTS, oldest first.

    Also returns warnings. Where all have dates these decide the order; else a feed is newest first.
    """
    posts, warnings = _told_apart(posts)
    dated = all(post.published for post in posts)
    if dated:
        posts = sorted(posts, key=_published, reverse=True)
    if len(posts) > MAX_POSTS:
        warnings = (*warnings, f"it carries {len(posts)} items; only the newest {MAX_POSTS} are read")
    return tuple(reversed(posts[:MAX_POSTS])), warnings


def _published(post: FetchedPost) -> datetime:
    return post.published or EARLIEST


def _told_apart(posts: Sequence[FetchedPost]) -> tuple[Sequence[FetchedPost], tuple[str, ...]]:
    """One post for each identity. Items that share an id but not a link are different: some feeds give
    all items the same id. Items that share both are versions of one, the first being the newest."""
    pairs = {(post.guid, post.url) for post in posts}
    shared = {guid for guid, count in Counter(guid for guid, _ in pairs).items() if count > 1}
    kept: dict[str, FetchedPost] = {}
    for post in posts:
        guid = post.guid
        if guid in shared:
            apart = identity(None, post.url, post.title, post.text or post.summary)
            guid = identity(f"{guid} {apart}", None, "", "")
        kept.setdefault(guid, replace(post, guid=guid))
    warnings = ("several items share one id; they are told apart by their links",) if shared else ()
    return list(kept.values()), warnings
