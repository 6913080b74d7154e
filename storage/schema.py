"""Bringing a database to this program's schema: made when new, migrated when old, refused when newer."""

from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, inspect, select

from storage import dialect
from storage.errors import TooNew, Unusable
from storage.tables import METADATA

HEAD = "0001"
"""The newest migration. Kept here so that a start need not load Alembic; a test holds it to the scripts."""

SCRIPTS = Path(__file__).parent / "migrations"

# Alembic's own table, as Alembic makes it.
_VERSION = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), nullable=False, primary_key=True)
)
_VERSION.primary_key.name = "alembic_version_pkc"


def bring_up(engine: Engine, file: Path | None, head: str = HEAD, scripts: Path = SCRIPTS) -> Path | None:
    """Give the database this program's schema; returns the copy that was made before a migration.

    Raises TooNew or Unusable, with the database untouched.
    """
    with engine.begin() as connection:
        current = version(connection)
        if current is None:
            _create(connection, head)
            return None
    return None if current == head else _migrate(engine, file, current, scripts)


def version(connection: Connection) -> str | None:
    """The last migration that this database has seen; None when it is empty. Raises Unusable."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if _VERSION.name not in tables:
        raise Unusable(
            "the database holds another program's tables: name an empty one in TOCSIN_DATABASE_URL"
        )
    return str(connection.execute(select(_VERSION.c.version_num)).scalar_one())


def _create(connection: Connection, head: str) -> None:
    METADATA.create_all(connection)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=head))


def _migrate(engine: Engine, file: Path | None, current: str, scripts: Path) -> Path | None:
    from alembic.script import ScriptDirectory  # loaded by the few starts that migrate: it costs 0.2 s

    known = {script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()}
    if current not in known:
        raise TooNew(
            f"the database was written by a newer Tocsin (schema {current}): update the program, "
            "or restore the copy made before that migration"
        )
    copy = dialect.copy_aside(file, f"before-{current}") if file else None
    with engine.connect() as connection, dialect.rebuilding(connection):
        upgrade(connection, scripts)
    return copy


def upgrade(connection: Connection, scripts: Path = SCRIPTS) -> None:
    """Run the migrations that this database has not seen, inside the connection's transaction."""
    from alembic.command import upgrade as run
    from alembic.config import Config

    attributes: dict[str, Any] = {"connection": connection, "target_metadata": METADATA}
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    run(config, "head")
