"""A stage for the pipeline: a real database, the real matching, and a ringer that keeps what it was told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.pipeline import book as books
from bot.pipeline.contents import contents
from bot.pipeline.ingest import IngestResult, Newness, ingest
from bot.pipeline.ringer import Order, RingError, Sent
from storage import events, guilds, sources, watches
from storage.database import Database
from watchers.post import FetchedPost

NOW = datetime(2025, 6, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

DELAYED = (
    "OpenAI delays its open-weight model to later this summer",
    "OpenAI has delayed its open-weight model, which will arrive later this summer and not in June, "
    "Sam Altman said on Tuesday.",
)
REPORTE = (
    "OpenAI reporte son modèle à poids ouverts à la fin de l'été",
    "OpenAI a reporté la sortie de son modèle à poids ouverts, attendu en juin : il arrivera cet été.",
)
RELEASED = (
    "OpenAI releases its open-weight model",
    "OpenAI has released its open-weight model, called gpt-oss, which anyone can download from today.",
)
WEATHER = ("A calm week for the coast", "The wind stays light and the sea is calm from Monday to Friday.")


def fetched(guid: str, text: tuple[str, str], published: datetime | None = NOW, **fields: Any) -> FetchedPost:
    title, summary = text
    url = fields.pop("url", f"https://bell.example/{guid}")
    return FetchedPost(guid=guid, title=title, summary=summary, url=url, published=published, **fields)


NEWS = Newness()


@dataclass
class Stage:
    """A database with the local guild; what a test does to it, in the words of the pipeline."""

    database: Database

    def source(self, name: str = "bell", guild: int = guilds.LOCAL, **fields: Any) -> int:
        """A source that was polled before, so that what it brings next is news."""
        with self.database.transaction() as connection:
            guilds.join(connection, guild, NOW)
            key = sources.put(connection, "feed", f"https://{name}.example/feed", NOW, name=name, **fields)
            sources.subscribe(connection, guild, key, NOW)
        return key

    def watch(self, query: str = "open-weight delay", guild: int = guilds.LOCAL, **fields: Any) -> int:
        name = fields.pop("name", query)
        with self.database.transaction() as connection:
            guilds.join(connection, guild, NOW)
            return watches.put(connection, guild, name, NOW, query=query, **fields)

    def event(self, guild: int = guilds.LOCAL, **fields: Any) -> int:
        said = {
            "title": "OpenAI's open-weight model",
            "who": ["OpenAI"],
            "what": ["open-weight model"],
            **fields,
        }
        with self.database.transaction() as connection:
            guilds.join(connection, guild, NOW)
            return events.put(connection, guild, "model", NOW, **said)

    def take(
        self, source_id: int, posts: Sequence[FetchedPost], now: datetime = NOW, newness: Newness = NEWS
    ) -> IngestResult:
        """Ingest a batch by the configuration as it stands."""
        with self.database.transaction() as connection:
            source = sources.get(connection, source_id)
            assert source
            return ingest(connection, books.load(connection), source, contents(posts), now, newness)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/tocsin.sqlite3"


@pytest.fixture
def stage(url: str) -> Iterator[Stage]:
    database = Database.open(url)
    yield Stage(database)
    database.close()


@dataclass
class Bell:
    """A ringer that keeps its orders; `faults` are raised first, one an order, in turn (None: none)."""

    faults: list[RingError | Exception | None] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)

    async def ring(self, order: Order) -> Sent:
        self.orders.append(order)
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        return Sent(order.ref or f"m{order.view.alert_id}")

    @property
    def said(self) -> list[tuple[int, int, bool]]:
        """Channel, alert, and whether it was an edit, for every order."""
        return [(order.channel, order.view.alert_id, order.ref is not None) for order in self.orders]
