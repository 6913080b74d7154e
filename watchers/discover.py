"""Feeds that a web page names in its head: `<link rel="alternate" type="application/rss+xml" href=…>`."""

from html.parser import HTMLParser

from watchers.document import resolved

FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
}
HEAD = 512 * 1024
"""How much of a page is looked through, in characters."""
MAX_FEEDS = 10


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base: str | None = None
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "base" and self.base is None:
            self.base = values.get("href")
        elif tag == "link" and "alternate" in values.get("rel", "").lower().split():
            kind = values.get("type", "").partition(";")[0].strip().lower()
            if kind in FEED_TYPES and values.get("href"):
                self.found.append(values["href"])


def is_html(page: str) -> bool:
    """Whether `page` begins as a web page does."""
    head = page[:2048].lower()
    return "<html" in head or "<!doctype html" in head


def feeds_of(page: str, url: str) -> tuple[str, ...]:
    """The addresses, absolute and each once, of the feeds that the page at `url` names; at most MAX_FEEDS."""
    links = _Links()
    links.feed(page[:HEAD])
    base = resolved(links.base, url) or url
    absolute = (resolved(href, base) for href in links.found)
    return tuple(dict.fromkeys(link for link in absolute if link))[:MAX_FEEDS]
