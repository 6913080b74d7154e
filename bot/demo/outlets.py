"""A sample outlet as it stands at a moment: its feed in its own format, and the page of each post."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from bot.demo.posts import Outlet, SamplePost, Script

WINDOW = 8
"""How many posts a feed carries. Real ones carry 15 or more; here the window moves within few posts."""

CONTENT_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
    "json": "application/feed+json",
}


def feed(script: Script, outlet: Outlet, now: datetime, base: str) -> bytes:
    """The outlet's feed at `now`, in UTF-8; its links start with `base` (no slash at its end)."""
    home = f"{base}/{outlet.key}"
    posts = script.standing(outlet, now)[:WINDOW]
    return _RENDERERS[outlet.format](outlet, posts, home).encode()


def page(post: SamplePost, base: str) -> str:
    """The HTML page of a post, with all of its text and the furniture that a real page has around it."""
    canonical = f"{base}/{post.outlet.key}{post.path.partition('?')[0]}"
    name, title = escape(post.outlet.name), escape(post.title)
    return (
        f'<!doctype html>\n<html lang="{post.lang}">\n<head><meta charset="utf-8">'
        f'<title>{title} – {name}</title><link rel="canonical" href={quoteattr(canonical)}>'
        f'<meta property="article:published_time" content="{post.published.isoformat()}"></head>\n'
        f'<body><header><nav><a href="/{post.outlet.key}/">{name}</a></nav></header>\n'
        f"<main><article><h1>{title}</h1>\n{_html(post.text)}\n</article></main>\n"
        f"<footer><p>© {name}</p></footer></body>\n</html>\n"
    )


def _html(text: str) -> str:
    paragraphs = (p.strip() for p in text.split("\n\n"))
    return "\n".join(f"<p>{escape(p)}</p>" for p in paragraphs if p)


def _rss(outlet: Outlet, posts: Sequence[SamplePost], home: str) -> str:
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>{escape(home + post.path)}</link>"
        f'<guid isPermaLink="false">{escape(post.id)}</guid>'
        f"<pubDate>{format_datetime(post.published, usegmt=True)}</pubDate>"
        f"<description>{escape(_html(post.teaser))}</description></item>\n"
        for post in posts
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{home}/</link><description>{escape(outlet.name)}</description>"
        f"<language>{outlet.lang}</language>\n{items}</channel></rss>\n"
    )


def _atom(outlet: Outlet, posts: Sequence[SamplePost], home: str) -> str:
    entries = "".join(
        f"<entry><title>{escape(post.title)}</title><link href={quoteattr(home + post.path)}/>"
        f"<id>{escape(post.id)}</id><published>{_rfc3339(post.published)}</published>"
        f"<updated>{_rfc3339(post.updated or post.published)}</updated>"
        f'<content type="html">{escape(_html(post.teaser))}</content></entry>\n'
        for post in posts
    )
    newest = max((post.updated or post.published for post in posts), default=None)
    updated = f"<updated>{_rfc3339(newest)}</updated>" if newest else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.lang}">'
        f"<title>{escape(outlet.name)}</title><id>tag:{outlet.key}.example,2025:feed</id>"
        f'<link href="{home}/"/>{updated}\n{entries}</feed>\n'
    )


def _rdf(outlet: Outlet, posts: Sequence[SamplePost], home: str) -> str:
    listed = "".join(f"<rdf:li rdf:resource={quoteattr(post.id)}/>" for post in posts)
    items = "".join(
        f"<item rdf:about={quoteattr(post.id)}><title>{escape(post.title)}</title>"
        f"<link>{escape(home + post.path)}</link><dc:date>{_rfc3339(post.published)}</dc:date>"
        f"<description>{escape(_html(post.teaser))}</description></item>\n"
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{home}/"><title>{escape(outlet.name)}</title><link>{home}/</link>'
        f"<description>{escape(outlet.name)}</description><dc:language>{outlet.lang}</dc:language>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )


def _json(outlet: Outlet, posts: Sequence[SamplePost], home: str) -> str:
    items = [
        {
            "id": post.id,
            "url": home + post.path,
            "title": post.title,
            "content_html": _html(post.teaser),
            "date_published": _rfc3339(post.published),
            "language": post.lang,
        }
        for post in posts
    ]
    version = "https://jsonfeed.org/version/1.1"
    about = {"title": outlet.name, "home_page_url": f"{home}/", "language": outlet.lang}
    return json.dumps({"version": version, **about, "items": items}, ensure_ascii=False)


def _rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


_RENDERERS: dict[str, Callable[[Outlet, Sequence[SamplePost], str], str]] = {
    "rss": _rss,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
}
