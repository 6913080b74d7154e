"""A backtest's stage: a database in memory, each post's time as the clock, and the pipeline's own ingest."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.cli.posts_file import PostLine
from bot.pipeline import book as books
from bot.pipeline.contents import contents, readable
from bot.pipeline.ingest import Newness, ingest
from bot.pipeline.place import Fate, Placed
from config.specs import EventSpec, WatchSpec
from matching.decision import Link
from matching.summary import POSTS_READ, summarise
from storage import posts, seed, sources
from storage.database import Database
from storage.sources import Source
from watchers.post import FetchedPost

GUILD = 0
_ALL_NEWS = Newness(max_age=timedelta(days=36_500))


class Rehearsal:
    """Reads posts one by one and says what each would ring. Close it."""

    def __init__(self, events: Iterable[EventSpec], watches: Iterable[WatchSpec]) -> None:
        """Raises matching.query.QueryError."""
        self._database = Database.in_memory()
        with self._database.transaction() as connection:
            now = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
            seed.bring(connection, GUILD, now, sources=(), events=events, watches=watches)
            self._book = books.load(connection)
        self._sources: dict[str, Source] = {}
        self._source_of: dict[str, Source] = {}
        self._posts: dict[int, list[str]] = {}
        self._ids: dict[str, int] = {}

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def read(self, line: PostLine) -> Iterator[dict[str, Any]]:
        """Take in a post or a revision; yields an object for each story and event that it starts or joins."""
        with self._database.transaction() as connection:
            source = self._source_of.setdefault(line.id, self._source(connection, line))
            found = contents([_fetched(line)])
            result = ingest(connection, self._book, source, found, line.published, _ALL_NEWS)
            told = [one for fate in result.fates for one in self._told(connection, line, fate)]
        yield from told

    def _source(self, connection: Any, line: PostLine) -> Source:
        name = line.source or "posts"
        if name not in self._sources:
            key = sources.put(connection, "feed", f"backtest:{name}", line.published, name=name)
            sources.subscribe(connection, GUILD, key, line.published)
            source = sources.get(connection, key)
            assert source is not None
            self._sources[name] = source
        return self._sources[name]

    def _told(self, connection: Any, line: PostLine, fate: Fate) -> Iterator[dict[str, Any]]:
        self._ids[line.id] = fate.post_id
        for placed in fate.placed:
            ids = self._posts.setdefault(placed.story_id, [])
            if line.id not in ids:
                ids.append(line.id)
            if not placed.changes:  # a watch that waits for more sources, or for another status
                continue
            summary = self._summary(connection, ids, line.published)
            for link in placed.links or (None,):
                yield self._object(line, placed, link, ids, summary)

    def _summary(self, connection: Any, ids: list[str], at: datetime) -> str:
        wanted = [self._ids[one] for one in ids[:POSTS_READ]]
        stored = posts.get(connection, wanted)
        return " ".join(one.text for one in summarise([readable(stored[key], at) for key in wanted]))

    def _object(
        self, line: PostLine, placed: Placed, link: Link | None, ids: list[str], summary: str
    ) -> dict[str, Any]:
        expected = link.expected if link else None
        # There is one channel, so that a story has one alert, and the story's number can stand for it.
        return {
            "action": "alert" if placed.changes[0].new else "update",
            "alert": placed.story_id,
            "event": self._book.events[link.event_id].key if link else None,
            "watches": list(placed.watches),
            "status": link.status if link else None,
            "expected": expected.at.date().isoformat() if expected else None,
            "precision": expected.precision if expected else None,
            "post": line.id,
            "posts": list(ids),
            "sources": placed.sources,
            "lang": placed.lang,
            "at": line.published.isoformat(),
            "headline": line.title or summary[:200],
            "summary": summary,
            "why": placed.why,
        }


def _fetched(line: PostLine) -> FetchedPost:
    return FetchedPost(
        guid=line.id,
        title=line.title,
        url=line.url,
        summary=line.summary or "",
        text=line.text or "",
        published=line.published,
        author=line.author,
        lang=line.lang,
    )
