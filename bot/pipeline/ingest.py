"""What one poll brought, written in one transaction: posts, revisions, stories, links, alerts, the cursor.

    known? ── same content ──→ nothing (seen again today: noted)
      │└── new content ─────→ a revision ─┐
      └─ unknown ─────────────→ a post ───┴─→ read ─→ story, events, alerts (place.py, tell.py)

Synchronous, and the same for polls, backtests and tests: the caller opens the transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.pipeline.book import Book
from bot.pipeline.contents import identities, reported_at
from bot.pipeline.place import Desk, Fate
from bot.pipeline.tell import AlertChange
from storage import posts, sources
from storage.database import Connection
from storage.posts import Content, Known, StoredPost
from storage.sources import Source

MAX_AGE = timedelta(days=7)
_SEEN_AGAIN = timedelta(days=1)
"""How often it is written down that a source still carries an item."""


@dataclass(frozen=True, slots=True)
class Newness:
    """What may ring. A post older than `max_age` at first sight never does.

    `first_poll`: what the source carries was there before us; only what was published within
    `lookback` is news.
    """

    max_age: timedelta = MAX_AGE
    first_poll: bool = False
    lookback: timedelta | None = None

    @classmethod
    def of(cls, source: Source, max_age: timedelta) -> "Newness":
        """What the source's history says."""
        lookback = timedelta(seconds=source.lookback) if source.lookback else None
        return cls(max_age, source.first_polled_at is None, lookback)

    def is_news(self, published: datetime | None, seen: datetime) -> bool:
        """Whether a post first seen at that time may ring."""
        if published is None:
            return not self.first_poll
        age = seen - published
        if self.first_poll and (self.lookback is None or age > self.lookback):
            return False
        return age <= self.max_age


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of each new post and revision, in order; `posts_new` and `revisions` count them."""

    fates: tuple[Fate, ...] = ()
    posts_new: int = 0
    revisions: int = 0

    @property
    def matched(self) -> int:
        """Posts that belong to a story."""
        return sum(bool(fate.placed) for fate in self.fates)

    @property
    def alerts(self) -> int:
        """Alerts that were opened and are to ring."""
        return sum(change.new for change in self._shown())

    @property
    def updates(self) -> int:
        """Alerts whose messages are to be edited; several times for one that grew several times."""
        return sum(not change.new for change in self._shown())

    def _shown(self) -> Iterator[AlertChange]:
        placed = (one for fate in self.fates for one in fate.placed)
        return (change for one in placed for change in one.changes if not change.silent)


def ingest(
    connection: Connection,
    book: Book,
    source: Source,
    contents: Sequence[Content],
    now: datetime,
    newness: Newness = Newness(),
) -> IngestResult:
    """Write what a source brought, oldest first, and read what is new of it; the cursor is the caller's."""
    known = posts.known(connection, source.id, identities(contents))
    fresh = [one for one in contents if _is_fresh(one, known.get(one.identity))]
    _note_seen(connection, source.id, known, fresh, contents, now)
    added = [one for one in fresh if _post_id(known, one) is None]
    ids = dict(zip((one.guid for one in added), posts.add(connection, source.id, added, now), strict=True))
    for one in fresh:
        if (post_id := _post_id(known, one)) is not None:
            posts.revise(connection, source.id, post_id, one, now)
            ids[one.guid] = post_id
    stored = posts.get(connection, ids.values())
    desk = Desk(connection, book, sources.subscribers(connection, source.id), now)
    fates = tuple(_read(desk, stored[ids[one.guid]], one.identity in known, newness, now) for one in fresh)
    seen_before = sum(one.identity in known for one in fresh)
    return IngestResult(fates, len(fresh) - seen_before, seen_before)


def _is_fresh(content: Content, known: Known | None) -> bool:
    return known is None or known.fingerprint != content.fingerprint


def _post_id(known: dict[bytes, Known], content: Content) -> int | None:
    one = known.get(content.identity)
    return one.post_id if one else None


def _note_seen(
    connection: Connection,
    source_id: int,
    known: dict[bytes, Known],
    fresh: Sequence[Content],
    contents: Sequence[Content],
    now: datetime,
) -> None:
    changed = {one.identity for one in fresh}
    stale = [
        one
        for one in identities(contents)
        if one not in changed and now - known[one].last_seen >= _SEEN_AGAIN
    ]
    posts.touch(connection, source_id, stale, now)


def _read(desk: Desk, post: StoredPost, seen_before: bool, newness: Newness, now: datetime) -> Fate:
    # A revision is reported now, whatever date its first version carries.
    at = now if seen_before else reported_at(post.published, now)
    # A revision of a post that retention deleted: nobody knows any more whether it was news.
    forgotten = seen_before and post.revision == 1
    silent = forgotten or not newness.is_news(post.published, post.first_seen)
    return desk.read(post, at, silent=silent)
