"""From what a watcher brought to what is stored and read: plain text, canonical addresses, fingerprints."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from matching.plain import one_line, plain
from matching.post import Post
from matching.urls import canonical
from storage.posts import Content, StoredPost, fingerprint
from watchers.post import FetchedPost

HEADLINE = 200


def contents(posts: Sequence[FetchedPost], lang: str | None = None) -> list[Content]:
    """The posts of one batch in plain text, one a guid (the last); `lang`: the source's, for want of theirs.

    Costs up to a millisecond a post: call it on a thread.
    """
    pages = Counter(canonical(post.url) for post in posts)
    last = {post.guid: post for post in posts}
    return [_content(post, lang, pages) for post in last.values()]


def _content(post: FetchedPost, lang: str | None, pages: Counter[str | None]) -> Content:
    title, summary, text = one_line(post.title), plain(post.summary), plain(post.text)
    # Items that share a page and differ by the fragment are told apart by it, as in changelogs.
    address = canonical(post.url)
    return Content(
        guid=post.guid,
        fingerprint=fingerprint(title, summary, text),
        title=title,
        url=post.url,
        canonical_url=canonical(post.url, keep_fragment=pages[address] > 1),
        summary=summary,
        text=text,
        author=post.author,
        lang=post.lang or lang,
        published=post.published,
    )


def readable(post: StoredPost, at: datetime) -> Post:
    """The post as matching reads it, reported at that time."""
    return Post(
        id=str(post.id),
        title=post.title,
        published=at,
        url=post.url,
        summary=post.summary,
        text=post.text,
        source=post.outlet,
        author=post.author,
        lang=post.lang,
    )


def headline(post: StoredPost) -> str:
    """The line that a story begins with: the post's title, else its first words."""
    return one_line(post.title or post.summary or post.text, HEADLINE)


def reported_at(published: datetime | None, now: datetime) -> datetime:
    """When a post was reported: as it says, but not later than now; now when it says nothing."""
    return min(published, now) if published else now


def identities(posts: Iterable[Content]) -> list[bytes]:
    """The identities of these contents, in order."""
    return [post.identity for post in posts]
