"""A new watch or event looks back: the posts stored lately pass through it in silence, before it may ring."""

from datetime import datetime, timedelta

from bot.pipeline.book import Book
from bot.pipeline.contents import reported_at
from bot.pipeline.place import Desk
from storage import events, posts, sources, watches
from storage.database import Connection

LOOK_BACK = timedelta(days=30)
PAGE = 200


def look_back(connection: Connection, book: Book, now: datetime, after: int = 0) -> int | None:
    """Read one page of stored posts, from post `after` on, with what is new in the book.

    Returns the post to go on from, or None when all is read: then it is noted, in the same transaction,
    that these watches and events are primed.
    """
    fresh = book.only(book.unprimed_watches, book.unprimed_events)
    page = posts.since(connection, now - LOOK_BACK, after, PAGE)
    guilds: dict[int, frozenset[int]] = {}
    for post in page:
        if post.source_id not in guilds:
            guilds[post.source_id] = sources.subscribers(connection, post.source_id)
        desk = Desk(connection, fresh, guilds[post.source_id], now)
        desk.read(post, reported_at(post.published, post.first_seen), silent=True)
    if len(page) == PAGE:
        return page[-1].id
    watches.primed(connection, book.unprimed_watches, now)
    events.primed(connection, book.unprimed_events, now)
    return None
