"""A real SQLite file for every test, and rows that most of them need."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from matching.decision import Signature
from storage import guilds, posts, sources, stories
from storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "tocsin.sqlite3"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    database = Database.open(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A transaction with the local guild in it."""
    with database.transaction() as connection:
        guilds.join(connection, guilds.LOCAL, NOW)
        yield connection


def add_source(
    connection: Connection, url: str = "https://bell.example/feed", guild: int = guilds.LOCAL
) -> int:
    source_id = sources.put(connection, "feed", url, NOW)
    sources.subscribe(connection, guild, source_id, NOW)
    return source_id


def content(guid: str, title: str = "A title", **fields: object) -> posts.Content:
    mark = posts.fingerprint(title, str(fields.get("summary", "")), str(fields.get("text", "")))
    return posts.Content(guid=guid, fingerprint=mark, title=title, **fields)  # type: ignore[arg-type]


def add_post(connection: Connection, source_id: int, guid: str = "1", **fields: object) -> int:
    return posts.add(connection, source_id, [content(guid, **fields)], NOW)[0]


def add_story(connection: Connection, *terms: str, at: datetime = NOW) -> stories.Story:
    weights = dict.fromkeys(terms, 1.0)
    story_id = stories.start(connection, "A headline", "en", at, Signature(weights))
    story = stories.get(connection, story_id)
    assert story
    return story
