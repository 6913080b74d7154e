"""Posts and their identities: what each source has carried, and the latest content of what is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from storage import dialect
from storage import tables as t
from storage.types import digest

# Databases bound the number of values in one statement.
_SLICE = 500


@dataclass(frozen=True, slots=True)
class Content:
    """One revision of a post, in plain text, with its address also in canonical form.

    `fingerprint` is of the content as the source gave it: what enrichment adds to `text` never counts.
    """

    guid: str
    fingerprint: bytes
    title: str
    url: str | None = None
    canonical_url: str | None = None
    summary: str = ""
    text: str = ""
    author: str | None = None
    lang: str | None = None
    published: datetime | None = None

    @property
    def identity(self) -> bytes:
        """What makes it the same post of its source."""
        return digest(self.guid)


def fingerprint(title: str, summary: str, text: str) -> bytes:
    """What makes it the same revision. Dates, authors and addresses never count, nor line breaks."""
    return digest(*(" ".join(part.split()) for part in (title, summary, text)))


@dataclass(frozen=True, slots=True)
class Known:
    """What storage remembers of an identity. `post_id` is None once retention has deleted the post."""

    fingerprint: bytes
    post_id: int | None
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post with its latest content. `seen_at`: first sight of the revision; `outlet`: the source's name."""

    id: int
    source_id: int
    guid: str
    title: str
    url: str | None
    canonical_url: str | None
    summary: str
    text: str
    author: str | None
    lang: str | None
    published: datetime | None
    first_seen: datetime
    seen_at: datetime
    revision: int
    outlet: str


_KNOWN = (t.identity.c.guid_hash, t.identity.c.content_hash, t.identity.c.post_id, t.identity.c.last_seen)


def known(connection: Connection, source_id: int, identities: Sequence[bytes]) -> dict[bytes, Known]:
    """Which of these identities the source has carried before."""
    found: dict[bytes, Known] = {}
    for start in range(0, len(identities), _SLICE):
        some = identities[start : start + _SLICE]
        rows = connection.execute(
            select(*_KNOWN).where(t.identity.c.source_id == source_id, t.identity.c.guid_hash.in_(some))
        )
        found |= {guid_hash: Known(*rest) for guid_hash, *rest in rows}
    return found


def add(connection: Connection, source_id: int, contents: Sequence[Content], now: datetime) -> list[int]:
    """Store posts whose identities are new, or whose posts were deleted; returns their ids in order.

    The contents have a guid each.
    """
    if not contents:
        return []
    common = {"source_id": source_id, "first_seen": now, "seen_at": now}
    rows = [_columns(content) | common for content in contents]
    # Asking for the ids in order would send the rows one by one.
    added = connection.execute(insert(t.post).returning(t.post.c.guid, t.post.c.id), rows)
    by_guid = {row.guid: row.id for row in added}
    ids = [by_guid[content.guid] for content in contents]
    connection.execute(
        dialect.upsert(connection, t.identity, ("content_hash", "post_id", "last_seen")),
        [
            {
                "source_id": source_id,
                "guid_hash": content.identity,
                "content_hash": content.fingerprint,
                "post_id": post_id,
                "last_seen": now,
            }
            for content, post_id in zip(contents, ids, strict=True)
        ],
    )
    return ids


def revise(connection: Connection, source_id: int, post_id: int, content: Content, now: datetime) -> int:
    """Give a post its new content; returns the number of this revision."""
    values = _columns(content) | {"seen_at": now, "revision": t.post.c.revision + 1}
    changed = update(t.post).where(t.post.c.id == post_id).values(**values).returning(t.post.c.revision)
    revision = int(connection.execute(changed).scalar_one())
    mine = (t.identity.c.source_id == source_id, t.identity.c.guid_hash == content.identity)
    connection.execute(
        update(t.identity).where(*mine).values(content_hash=content.fingerprint, last_seen=now)
    )
    return revision


_TOUCH = (
    update(t.identity)
    .where(t.identity.c.source_id == bindparam("source"), t.identity.c.guid_hash == bindparam("hash"))
    .values(last_seen=bindparam("at"))
)


def touch(connection: Connection, source_id: int, identities: Sequence[bytes], now: datetime) -> None:
    """Note that the source still carries these."""
    if identities:
        connection.execute(_TOUCH, [{"source": source_id, "hash": one, "at": now} for one in identities])


def _columns(content: Content) -> dict[str, Any]:
    return {name: getattr(content, name) for name in Content.__slots__ if name != "fingerprint"}


def _stored() -> Any:
    named, titled = func.nullif(t.source.c.name, ""), func.nullif(t.source.c.title, "")
    outlet = func.coalesce(named, titled, t.source.c.url)
    return select(t.post, outlet.label("outlet")).join(t.source, t.source.c.id == t.post.c.source_id)


def _post(row: Row[Any]) -> StoredPost:
    return StoredPost(**row._mapping)


def get(connection: Connection, post_ids: Iterable[int]) -> Mapping[int, StoredPost]:
    """Posts by their ids; those that are no longer stored are missing."""
    rows = connection.execute(_stored().where(t.post.c.id.in_(list(post_ids))))
    return {row.id: _post(row) for row in rows}


def since(connection: Connection, at: datetime, after: int = 0, limit: int = 200) -> list[StoredPost]:
    """Posts first seen at or after a time, in the order they came; `after` is the id to go on from."""
    page = _stored().where(t.post.c.first_seen >= at, t.post.c.id > after).order_by(t.post.c.id).limit(limit)
    return [_post(row) for row in connection.execute(page)]


def search(connection: Connection, said: str, canonical_url: str | None, limit: int = 5) -> list[StoredPost]:
    """The posts that somebody means by an id, an address or a guid; the latest first."""
    same = [t.post.c.guid == said, t.post.c.url == said]
    if canonical_url:
        same.append(t.post.c.canonical_url == canonical_url)
    if said.isdecimal():
        same.append(t.post.c.id == int(said[:18]))
    rows = connection.execute(_stored().where(or_(*same)).order_by(t.post.c.id.desc()).limit(limit))
    return [_post(row) for row in rows]
