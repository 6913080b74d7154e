"""Short ways to make posts, readings and events for these tests."""

from collections.abc import Sequence
from datetime import UTC, datetime

from matching.compiled import CompiledWatches
from matching.decision import EventHit, EventQuery, Reading, WatchQuery
from matching.post import Post

NOW = datetime(2025, 6, 20, 12, tzinfo=UTC)
OPEN_MODEL = EventQuery(
    1,
    0,
    "open-weight",
    "OpenAI's open-weight model",
    ("OpenAI", "Sam Altman"),
    ("open-weight model", "open model", "open source model"),
)
EVENT = CompiledWatches([], [OPEN_MODEL])


def post(title: str, text: str = "", lang: str | None = None, at: datetime = NOW, **more: str) -> Post:
    """A post with an id of its own title."""
    return Post(id=title, title=title, published=at, text=text, lang=lang, **more)


def watching(*queries: str) -> CompiledWatches:
    """Compiled watches of guild 0, numbered from 1."""
    return CompiledWatches([WatchQuery(n, 0, q, q) for n, q in enumerate(queries, 1)])


def hits(query: str, item: Post) -> bool:
    """Whether a watch is hit."""
    return watching(query).read(item) is not None


def event_hit(item: Post, compiled: CompiledWatches = EVENT) -> EventHit | None:
    """What a post says of the open-weight event."""
    reading = compiled.read(item)
    return reading.events[0] if reading else None


def reading(item: Post, *queries: str) -> Reading:
    """The reading of a post by watches (default: everything)."""
    found = watching(*(queries or ("*",))).read(item)
    assert found is not None
    return found


def event(who: Sequence[str], what: Sequence[str], number: int = 1, guild: int = 0) -> EventQuery:
    """An event by its terms."""
    return EventQuery(number, guild, f"event-{number}", "An event", tuple(who), tuple(what))
