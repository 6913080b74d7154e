"""RSS 0.9x to 2.0, RDF and Atom, through feedparser, which gets bytes and never fetches.

Runs in the worker's process; imports nothing that talks to a network.
"""

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import feedparser

from watchers import discover, document
from watchers.document import Parsed
from watchers.errors import Malformed, NotAFeed
from watchers.post import FetchedPost

_CLOSED_ITEM = re.compile(rb"</(?:[A-Za-z0-9_-]{1,20}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
_CLOSED_ROOT = re.compile(rb"</(?:[A-Za-z0-9_-]{1,20}:)?(?:rss|feed|rdf)\s{0,20}>", re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s{0,20}(\d{1,2})\s{0,20}</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s{0,20}([A-Za-z]{3})[a-z]{0,6}\s{0,20}</day>", re.IGNORECASE)
_DAYS = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")
_HEAD = 64 * 1024


def parse(body: bytes, content_type: str, url: str, now: datetime) -> Parsed:
    """The feed in `body`, which came from `url` at `now`; raises NotAFeed or Malformed."""
    result = _read(body, content_type)
    entries: list[Mapping[str, Any]] = list(result.entries)
    if not (result.get("version") or entries):  # of an empty body it tells no version at all
        raise not_a_feed(body, url)
    whole = not result.bozo or _CLOSED_ROOT.search(body[-_HEAD:]) is not None
    if not whole:  # the last item may be there by half, and would come again under another identity
        entries = entries[: len(_CLOSED_ITEM.findall(body))]
    if result.bozo and not entries:
        raise Malformed("the feed is broken and no item of it can be read; its keeper has to mend it")
    posts, warnings = document.settle([_post(entry, url, now) for entry in entries])
    feed = result.feed
    return Parsed(
        posts=posts,
        title=document.plain(feed.get("title")) or None,
        lang=_lang(feed, "title_detail"),
        ttl=int(feed["ttl"]) if re.fullmatch(r"\d{1,6}", str(feed.get("ttl", ""))) else None,
        skip_hours=_skip_hours(body[:_HEAD]),
        skip_days=_skip_days(body[:_HEAD]),
        hubs=_links(feed, "hub", url),
        topic=next(iter(_links(feed, "self", url)), None),
        whole=whole,
        warnings=_complaints(result, whole) + warnings,
    )


def _read(body: bytes, content_type: str) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(body),
            # No base here: feedparser would resolve ids with it, too, which must not change with the address.
            response_headers={"content-type": _charset_mended(body, content_type)},
            # Neither is needed: texts are made plain, and nothing of them reaches a browser.
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # feedparser has raised dozens of types on broken input over its life
        raise Malformed(
            f"the feed makes the parser fail ({type(error).__name__}); tell its keeper"
        ) from error


def _charset_mended(body: bytes, content_type: str) -> str:
    """The Content-Type, with utf-8 for a body that is UTF-8 beyond doubt, whatever the server says."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return content_type
    return content_type if "\0" in text else "application/xml; charset=utf-8"


def not_a_feed(body: bytes, url: str) -> NotAFeed:
    """The error for a document at `url` that is no feed, with the feeds that it names if it is a web page."""
    page = body[: discover.HEAD].decode("utf-8", "replace")
    if not discover.is_html(page):
        return NotAFeed("the document is neither RSS, RDF, Atom nor JSON Feed; check the address")
    feeds = discover.feeds_of(page, url)
    if not feeds:
        return NotAFeed("this is a web page, not a feed, and it names none; look for its feed's address")
    return NotAFeed(f"this is a web page, not a feed; it names: {', '.join(feeds)}", feeds=feeds)


def _complaints(result: Any, whole: bool) -> tuple[str, ...]:
    if not whole:
        return ("the feed breaks off; what came before is read",)
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    if not result.bozo or isinstance(result.get("bozo_exception"), harmless):
        return ()
    return ("the feed is not well-formed; what can be read is read",)


def _post(entry: Mapping[str, Any], base: str, now: datetime) -> FetchedPost:
    title = document.plain(entry.get("title"))
    summary = document.body(entry.get("summary"))
    text = _text(entry)
    link = _link(entry, base)
    dates = (entry.get(name) for name in ("published_parsed", "updated_parsed", "created_parsed"))
    return FetchedPost(
        guid=document.identity(entry.get("id"), link, title, text or summary),
        title=title,
        url=link,
        summary=summary,
        text="" if text == summary else text,
        published=next((date for date in (document.credible(d, now) for d in dates) if date), None),
        author=document.plain(entry.get("author"), 200) or None,
        lang=_lang(entry, "title_detail", "summary_detail"),
    )


def _link(entry: Mapping[str, Any], base: str) -> str | None:
    link = entry.get("link")
    if entry.get("guidislink") and link == entry.get("id"):
        return document.web_link(link)  # an RSS guid, which is called a link unless it says otherwise
    return document.resolved(link, base)


def _text(entry: Mapping[str, Any]) -> str:
    """The longest content that is text."""
    contents = [
        document.body(content.get("value"))
        for content in entry.get("content", ())
        if str(content.get("type", "text/html")).startswith(("text/", "application/xhtml"))
    ]
    return max(contents, key=len, default="")


def _lang(part: Mapping[str, Any], *details: str) -> str | None:
    given = [part.get("language"), *(part.get(name, {}).get("language") for name in details)]
    return next((tag for tag in map(document.lang_tag, given) if tag), None)


def _links(feed: Mapping[str, Any], rel: str, base: str) -> tuple[str, ...]:
    links = feed.get("links", ())
    found = (document.resolved(link.get("href"), base) for link in links if link.get("rel") == rel)
    return tuple(link for link in found if link)


def _skip_hours(head: bytes) -> tuple[int, ...]:
    # feedparser keeps only the last hour. 24 is midnight in RSS 0.91 and 0 is so in RSS 2.0.
    return tuple(sorted({int(hour) % 24 for hour in _HOUR.findall(head) if int(hour) <= 24}))


def _skip_days(head: bytes) -> tuple[int, ...]:
    return tuple(sorted({_DAYS.index(day.lower()) for day in _DAY.findall(head) if day.lower() in _DAYS}))
