"""JSON Feed 1.0 and 1.1 (jsonfeed.org). Runs in the worker's process."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from watchers import document
from watchers.document import Parsed
from watchers.errors import Malformed, NotAFeed
from watchers.post import FetchedPost

_VERSION = "https://jsonfeed.org/version/1"


def looks_like_json(body: bytes) -> bool:
    """Whether `body` begins as a JSON object does."""
    return body[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def parse(body: bytes, url: str, now: datetime) -> Parsed:
    """The feed in `body`, which came from `url` at `now`; raises NotAFeed or Malformed."""
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"))
    except ValueError as error:
        raise Malformed("the JSON of this feed is broken or cut short; its keeper has to mend it") from error
    version = feed.get("version") if isinstance(feed, dict) else None
    if not str(version).replace("http://", "https://").startswith(_VERSION):
        raise NotAFeed("this is JSON but no JSON Feed (it lacks its `version`); check the address")
    items = feed.get("items")
    if not isinstance(items, list):
        raise Malformed("this JSON Feed has no list of items; its keeper has to mend it")
    lang = document.lang_tag(feed.get("language"))
    readable = [item for item in items if isinstance(item, dict)]
    posts, warnings = document.settle([_post(item, feed, url, now) for item in readable])
    if len(readable) < len(items):
        warnings = (*warnings, f"{len(items) - len(readable)} items cannot be read")
    if feed.get("expired") is True:
        warnings = (*warnings, "the feed says that it has ended")
    return Parsed(
        posts=posts,
        title=document.plain(feed.get("title")) or None,
        lang=lang,
        hubs=_hubs(feed),
        topic=document.web_link(feed.get("feed_url")),
        warnings=warnings,
    )


def _post(item: Mapping[str, Any], feed: Mapping[str, Any], base: str, now: datetime) -> FetchedPost:
    text = document.body(item.get("content_html")) or document.body(item.get("content_text"))
    summary = document.body(item.get("summary"))
    title = document.plain(item.get("title"))
    link = document.resolved(item.get("url"), base) or document.resolved(item.get("external_url"), base)
    published = (
        document.credible(rfc3339(item.get(name)), now) for name in ("date_published", "date_modified")
    )
    return FetchedPost(
        guid=document.identity(item.get("id"), link, title, text or summary),
        title=title,
        url=link,
        summary=summary,
        text=text,
        published=next((date for date in published if date), None),
        author=_author(item) or _author(feed),
        lang=document.lang_tag(item.get("language")),
    )


def rfc3339(value: object) -> datetime | None:
    """An RFC 3339 date as aware UTC, None for what is none; one without a zone is taken for UTC."""
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
        return parsed and (parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _author(part: Mapping[str, Any]) -> str | None:
    """The names in `authors` (1.1), else in `author` (1.0)."""
    listed = part.get("authors")
    given = listed if isinstance(listed, list) else [part.get("author")]
    names = (document.plain(one.get("name"), 200) for one in given if isinstance(one, dict))
    return ", ".join(name for name in names if name) or None


def _hubs(feed: Mapping[str, Any]) -> tuple[str, ...]:
    listed = feed.get("hubs")
    hubs = [hub for hub in listed if isinstance(hub, dict)] if isinstance(listed, list) else []
    found = (document.web_link(hub.get("url")) for hub in hubs if hub.get("type") == "WebSub")
    return tuple(hub for hub in found if hub)
