"""The schema that a new database gets at once is the one that the migrations build, and old data survives."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    create_mock_engine,
    insert,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from storage import dialect, guilds, schema, sources
from storage import tables as t
from storage.database import Database
from storage.errors import TooNew, Unusable

from .conftest import NOW, add_post, add_source, add_story

REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("source", recreate="always") as batch:
        batch.add_column(sa.Column("mood", sa.Text()))
"""
SPOIL = REBUILD + '    op.execute("DELETE FROM source")\n'


def layout(engine: Engine) -> dict[str, list[str]]:
    """Every table and index as the database keeps it; the order of constraints says nothing."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {name: sorted(line.strip(" ,\t") for line in sql.splitlines()) for name, sql in rows}


@pytest.fixture
def engine(file: Path) -> Engine:
    dialect.make_private(file)
    return dialect.make_engine(make_url(f"sqlite:///{file}"), writes=True)


@pytest.fixture
def old(file: Path) -> Path:
    """A database of the first schema with rows in every table that hangs on another."""
    database = Database.open(f"sqlite:///{file}")
    with database.transaction() as connection:
        guilds.join(connection, 0, NOW)
        post_id = add_post(connection, add_source(connection))
        story = add_story(connection, "bell")
        connection.execute(insert(t.evidence).values(story_id=story.id, post_id=post_id, revision=1, at=NOW))
    database.close()
    return file


def scripts_with(tmp_path: Path, migration: str) -> Path:
    copy = tmp_path / "migrations"
    shutil.copytree(schema.SCRIPTS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "0002_rebuild.py").write_text(migration)
    return copy


def counted(connection: Connection) -> dict[str, int]:
    return {table.name: len(connection.execute(select(table)).all()) for table in t.METADATA.sorted_tables}


def test_the_shortcut_for_a_new_database_equals_all_migrations(engine: Engine, tmp_path: Path) -> None:
    assert schema.bring_up(engine, None) is None
    migrated = create_engine(f"sqlite:///{tmp_path}/migrated.sqlite3")
    with migrated.begin() as connection:
        schema.upgrade(connection)
    assert layout(engine) == layout(migrated)
    with engine.connect() as one, migrated.connect() as other:
        assert schema.version(one) == schema.version(other) == schema.HEAD
    engine.dispose()
    migrated.dispose()


def test_the_head_is_the_newest_script() -> None:
    assert ScriptDirectory(str(schema.SCRIPTS)).get_current_head() == schema.HEAD


def test_a_rebuilt_table_keeps_its_rows_and_its_childrens(old: Path, tmp_path: Path) -> None:
    engine = dialect.make_engine(make_url(f"sqlite:///{old}"), writes=True)
    with engine.connect() as connection:
        before = counted(connection)
    copy = schema.bring_up(engine, old, "0002", scripts_with(tmp_path, REBUILD))
    with engine.connect() as connection:
        assert counted(connection) == before
        assert before["post"] == before["identity"] == before["evidence"] == before["subscription"] == 1
        assert schema.version(connection) == "0002"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert dialect.broken_references(connection) == []
    engine.dispose()
    assert copy == old.with_name("tocsin.sqlite3.before-0001")
    assert copy.stat().st_mode & 0o777 == 0o600
    aside = create_engine(f"sqlite:///{copy}")
    with aside.connect() as connection:
        assert schema.version(connection) == "0001"
        assert counted(connection) == before
    aside.dispose()


def test_a_migration_that_would_leave_rows_pointing_nowhere_is_undone(old: Path, tmp_path: Path) -> None:
    engine = dialect.make_engine(make_url(f"sqlite:///{old}"), writes=True)
    with pytest.raises(ValueError, match="rows point nowhere, the first in table"):
        schema.bring_up(engine, None, "0002", scripts_with(tmp_path, SPOIL))
    with engine.connect() as connection:
        assert schema.version(connection) == "0001"
        assert counted(connection)["source"] == 1
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused_untouched(old: Path) -> None:
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = old.read_bytes()
    with pytest.raises(TooNew, match=r"newer Tocsin \(schema 9999\): update the program"):
        Database.open(f"sqlite:///{old}", pipeline=True)
    assert old.read_bytes() == before
    engine.dispose()


def test_another_programs_database_is_refused(engine: Engine, file: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (name TEXT)"))
    with pytest.raises(Unusable, match="another program's tables"):
        Database.open(f"sqlite:///{file}")
    engine.dispose()


def test_the_tables_and_the_upsert_are_not_sqlites_alone() -> None:
    server = postgresql.dialect()
    ddl = {table.name: str(CreateTable(table).compile(dialect=server)) for table in t.METADATA.sorted_tables}
    assert "id BIGSERIAL NOT NULL" in ddl["post"]
    assert "TIMESTAMP WITH TIME ZONE" in ddl["post"]
    mock: Any = create_mock_engine("postgresql://", lambda *_: None)
    statement = dialect.upsert(mock, t.meta, ("value",)).values(key="k", value=1)
    assert "ON CONFLICT (key) DO UPDATE SET value = excluded.value" in str(statement.compile(dialect=server))


def test_a_database_that_is_up_to_date_is_opened_as_it_is(old: Path) -> None:
    database = Database.open(f"sqlite:///{old}")
    with database.transaction() as connection:
        assert len(sources.of_guild(connection, 0)) == 1
    assert database.copied_to is None
    database.close()
