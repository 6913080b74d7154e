"""Times and errors: what the column types refuse, and what becomes of the driver's errors."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, StatementError

from storage import errors, guilds, meta
from storage import tables as t
from storage.types import UtcDateTime, digest

from .conftest import NOW


def test_a_naive_time_is_refused(connection: Connection) -> None:
    with pytest.raises(StatementError, match="naive datetime refused"):
        guilds.join(connection, 1, NOW.replace(tzinfo=None))


def test_a_time_of_another_zone_comes_back_as_the_same_moment_in_utc(connection: Connection) -> None:
    paris = timezone(timedelta(hours=2))
    guilds.join(connection, 1, datetime(2026, 7, 1, 1, 30, tzinfo=paris))
    joined = connection.execute(select(t.guild.c.joined_at).where(t.guild.c.id == 1)).scalar_one()
    assert joined == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert joined.tzinfo is UTC


def test_a_server_that_answers_in_its_own_zone_is_understood() -> None:
    paris = timezone(timedelta(hours=2))
    answer = UtcDateTime().process_result_value(datetime(2026, 7, 1, 1, 30, tzinfo=paris), sqlite.dialect())
    assert answer == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert answer is not None
    assert answer.tzinfo is UTC


def test_parts_of_a_digest_never_run_into_one_another() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a") != digest("a", "")
    assert len(digest("\ud800")) == 16  # a lone surrogate, as broken feeds carry


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("database is locked", errors.Unavailable),
        ("database or disk is full", errors.Unavailable),
        ("disk I/O error", errors.Unavailable),
        ("file is not a database", errors.Damaged),
        ("database disk image is malformed", errors.Damaged),
        ("attempt to write a readonly database", errors.Unwritable),
        ("unable to open database file", errors.Unwritable),
        ('connection to server at "db" failed: Connection refused', errors.Unavailable),
        ("could not connect to server", errors.Unavailable),
    ],
)
def test_each_error_of_the_driver_becomes_ours(words: str, kind: type[errors.StorageError]) -> None:
    with pytest.raises(kind, match="database here: ") as ours, errors.translated("here"):
        raise OperationalError("SELECT secret", {}, Exception(words))
    assert "SELECT" not in str(ours.value)


@pytest.mark.parametrize(
    "bug", [IntegrityError("", {}, Exception("UNIQUE")), DatabaseError("", {}, Exception("no such column"))]
)
def test_a_bug_of_ours_stays_what_it_is(bug: DatabaseError) -> None:
    with pytest.raises(type(bug)) as raised, errors.translated("here"):
        raise bug
    assert raised.value is bug


def test_a_counter_rises_by_one_from_nothing(connection: Connection) -> None:
    assert meta.count(connection, "bells") == 0
    meta.raise_count(connection, "bells")
    meta.raise_count(connection, "bells")
    assert meta.count(connection, "bells") == 2


def test_a_guild_comes_goes_and_comes_back_with_all_it_had(connection: Connection) -> None:
    assert guilds.join(connection, 7, NOW, "Seven")
    guilds.change(connection, 7, channel=70, lang="fr", settings={"digest": True})
    before = meta.count(connection, meta.CONFIGURATION)
    assert not guilds.join(connection, 7, NOW, "Seven")
    assert meta.count(connection, meta.CONFIGURATION) == before
    guilds.leave(connection, 7, NOW)
    assert [guild.id for guild in guilds.every(connection)] == [guilds.LOCAL]
    assert guilds.join(connection, 7, NOW)
    assert not guilds.join(connection, 7, NOW, "Seven renamed")
    guild = guilds.get(connection, 7)
    assert guild
    assert (guild.name, guild.channel, guild.lang, guild.settings) == (
        "Seven renamed",
        70,
        "fr",
        {"digest": True},
    )
    assert guilds.get(connection, 8) is None
