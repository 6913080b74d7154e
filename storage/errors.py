"""What can go wrong with a database, split by what the caller does about it.

    StorageError
    ├── Unavailable       try later: locked by another process, or the disk is full
    └── Unusable          tell the operator: the message says what to do
        ├── InUse         another pipeline runs on this database
        ├── Damaged       not a database, or a broken one
        ├── Unwritable    no permission, or no such place
        └── TooNew        written by a newer version of the program

Messages name the database's file and never a password.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, IntegrityError


class StorageError(Exception):
    """Root of what storage raises; str() is fit for a log."""


class Unavailable(StorageError):
    """Nothing was written; the same call may succeed later."""


class Unusable(StorageError):
    """Nothing will succeed until the operator acts."""


class InUse(Unusable):
    """Another pipeline holds this database."""


class Damaged(Unusable):
    """The file is no database, or a broken one."""


class Unwritable(Unusable):
    """The database cannot be created or written."""


class TooNew(Unusable):
    """The schema is one that this version does not know."""


_KINDS: tuple[tuple[str, type[StorageError], str], ...] = (
    ("database is locked", Unavailable, "another process is writing to it"),
    ("database or disk is full", Unavailable, "the disk is full: make room"),
    ("disk i/o error", Unavailable, "the disk reports an input/output error"),
    ("file is not a database", Damaged, "it is not an SQLite database: move it away, or restore a backup"),
    ("malformed", Damaged, "it is damaged: restore a backup, or move it away to begin anew"),
    ("readonly", Unwritable, "it cannot be written: check the owner and the permissions of the file"),
    ("unable to open", Unwritable, "it cannot be opened: check that the directory exists and is yours"),
    ("could not connect", Unavailable, "the database server does not answer"),
    ("connection refused", Unavailable, "the database server does not answer"),
)


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn the database driver's errors into ours. `place` names the database in the message.

    A broken constraint or a wrong statement is our own bug: it passes as it is.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise _ours(place, error) or error from error


def _ours(place: str, error: DatabaseError) -> StorageError | None:
    words = str(error.orig).lower()
    for sign, kind, advice in _KINDS:
        if sign in words:
            return kind(f"database {place}: {advice}")
    return None
