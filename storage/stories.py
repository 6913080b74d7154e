"""Stories: posts that report the same development, how they are found again, the events they belong to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, insert, literal, select, union_all, update

from matching.decision import Expected, Signature, StoryState
from storage import dialect
from storage import tables as t

KEYS = 24
"""How many of its heaviest terms a story is found by."""

PER_TERM = 64
"""How many stories, the latest, one term may name: it bounds the search however much is stored."""

CANDIDATES = 24
URLS = 16

_FRESHNESS = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a story. `posts`, `sources`, `langs` are of its evidence, `lang` of its headline."""

    id: int
    first_seen: datetime
    last_seen: datetime
    headline: str
    lang: str | None
    langs: list[str]
    terms: dict[str, float]
    actions: list[str]
    urls: list[str]
    posts: int
    sources: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a revision of a post reports a story."""

    post_id: int
    revision: int
    at: datetime
    sentence: str = ""
    score: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """A story's place in an event's history; `before_…` is where the event stood until then."""

    story_id: int
    event_id: int
    status: str | None
    expected: datetime | None
    precision: str | None
    words: str
    sure: bool
    at: datetime
    before_status: str | None
    before_expected: datetime | None
    before_precision: str | None


def _by_term() -> Any:
    """One statement that looks up KEYS terms at a time: a term that is not used is the empty one."""
    found = t.story_term.c
    parts = []
    for number in range(KEYS):
        term = f"term{number}"
        latest = (
            select(found.term, found.story_id)
            .where(found.term == bindparam(term), found.last_seen >= bindparam("since"))
            .order_by(found.last_seen.desc())
            .limit(PER_TERM)
        )
        parts.append(select(latest.subquery()))
    return union_all(*parts)


_BY_TERM = _by_term()


def candidates(
    connection: Connection, signature: Signature, url: str | None, since: datetime
) -> tuple[list[StoryState], dict[str, int]]:
    """The stories seen since then that share most with a signature, or a post's canonical address.

    At most CANDIDATES by terms and as many by address, and how many of these stories hold each term (up to
    PER_TERM): the cost does not grow with what is stored.
    """
    best, counts = _sharing(connection, signature, since)
    if url:
        best |= _under(connection, url, since)
    if not best:
        return [], counts
    rows = connection.execute(select(t.story).where(t.story.c.id.in_(best)).order_by(t.story.c.id))
    return [_state(row) for row in rows], counts


def _sharing(
    connection: Connection, signature: Signature, since: datetime
) -> tuple[set[int], dict[str, int]]:
    keys = _keys(signature)
    if not keys:
        return set(), {}
    terms = {f"term{number}": keys[number] if number < len(keys) else "" for number in range(KEYS)}
    found = [(term, story_id) for term, story_id in connection.execute(_BY_TERM, {**terms, "since": since})]
    counts = Counter(term for term, _ in found)
    weights: dict[int, float] = {}
    for term, story_id in found:
        # A rare term says more: divided by how many stories have it.
        weights[story_id] = weights.get(story_id, 0.0) + signature.terms[term] / (1 + counts[term])
    best = set(sorted(weights, key=lambda story_id: (-weights[story_id], -story_id))[:CANDIDATES])
    return best, {key: counts[key] for key in keys}


def _under(connection: Connection, url: str, since: datetime) -> set[int]:
    told = (
        select(t.evidence.c.story_id)
        .join(t.post, t.post.c.id == t.evidence.c.post_id)
        .where(t.post.c.canonical_url == url)
    )
    latest = select(t.story.c.id).where(t.story.c.id.in_(told), t.story.c.last_seen >= since)
    return set(connection.scalars(latest.order_by(t.story.c.last_seen.desc()).limit(CANDIDATES)))


def _keys(signature: Signature) -> list[str]:
    heaviest = sorted(signature.terms, key=lambda term: (-signature.terms[term], term))
    return [term for term in heaviest if term][:KEYS]


def _state(row: Row[Any]) -> StoryState:
    return StoryState(
        id=row.id,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        posts=row.posts,
        signature=Signature(row.terms, tuple(row.actions)),
        urls=tuple(row.urls),
        langs=tuple(row.langs),
    )


def get(connection: Connection, story_id: int) -> Story | None:
    """One story."""
    row = connection.execute(select(t.story).where(t.story.c.id == story_id)).first()
    return Story(**row._mapping) if row else None


def start(connection: Connection, headline: str, lang: str | None, at: datetime, signature: Signature) -> int:
    """Begin a story, as yet without evidence; returns its id."""
    values = {"headline": headline, "lang": lang, "first_seen": at, "last_seen": at, **_columns(signature)}
    story_id = int(connection.execute(insert(t.story).values(**values).returning(t.story.c.id)).scalar_one())
    rows = [{"term": term, "story_id": story_id, "last_seen": at} for term in _keys(signature)]
    if rows:
        connection.execute(insert(t.story_term), rows)
    return story_id


def grow(
    connection: Connection,
    story: Story,
    signature: Signature,
    evidence: Evidence,
    url: str | None = None,
    lang: str | None = None,
) -> bool:
    """Add a revision of a post to a story; False when the story has it already.

    `url` is the post's canonical address, `lang` its language. The story takes the signature,
    and is seen at the evidence's time.
    """
    fresh = _is_fresh(connection, story.id, evidence)
    if fresh is None:
        return False
    new_post, new_source = fresh
    connection.execute(insert(t.evidence).values(story_id=story.id, **_row(evidence)))
    values = {
        "last_seen": max(story.last_seen, evidence.at),
        "posts": story.posts + new_post,
        "sources": story.sources + new_source,
        "urls": _with_url(story.urls, url),
        "langs": story.langs if lang is None or lang in story.langs else [*story.langs, lang],
        **_columns(signature),
    }
    connection.execute(update(t.story).where(t.story.c.id == story.id).values(**values))
    _refresh_terms(connection, story, signature, values["last_seen"])
    return True


def _is_fresh(connection: Connection, story_id: int, evidence: Evidence) -> tuple[bool, bool] | None:
    """Whether the evidence's post, and its source, are new to the story; None when the revision is not."""
    mine = t.evidence.c.story_id == story_id
    rows = connection.scalars(
        select(t.evidence.c.revision).where(mine, t.evidence.c.post_id == evidence.post_id)
    )
    revisions = set(rows)
    if evidence.revision in revisions:
        return None
    if revisions:
        return False, False
    source = select(t.post.c.source_id).where(t.post.c.id == evidence.post_id).scalar_subquery()
    others = t.evidence.join(t.post, t.post.c.id == t.evidence.c.post_id)
    seen = exists(select(literal(1)).select_from(others).where(mine, t.post.c.source_id == source))
    return True, not connection.execute(select(seen)).scalar_one()


def _row(evidence: Evidence) -> dict[str, Any]:
    return {name: getattr(evidence, name) for name in Evidence.__slots__}


def _columns(signature: Signature) -> dict[str, Any]:
    return {"terms": signature.terms, "actions": list(signature.actions)}


def _with_url(urls: Sequence[str], url: str | None) -> list[str]:
    kept = [one for one in urls if one != url]
    return ([*kept, url] if url else kept)[-URLS:]


def _refresh_terms(connection: Connection, story: Story, signature: Signature, at: datetime) -> None:
    # Most evidence brings no new term within hours: then nothing is written.
    old = set(_keys(Signature(story.terms)))
    keys = _keys(signature)
    stale = at - story.last_seen >= _FRESHNESS
    rows = [
        {"term": term, "story_id": story.id, "last_seen": at} for term in keys if stale or term not in old
    ]
    if rows:
        connection.execute(dialect.upsert(connection, t.story_term, ("last_seen",)), rows)


def evidence_of(connection: Connection, story_id: int, limit: int) -> list[Evidence]:
    """The story's evidence, the latest `limit` revisions, oldest first."""
    columns = [t.evidence.c[name] for name in Evidence.__slots__]
    rows = connection.execute(
        select(*columns)
        .where(t.evidence.c.story_id == story_id)
        .order_by(t.evidence.c.at.desc(), t.evidence.c.post_id.desc(), t.evidence.c.revision.desc())
        .limit(limit)
    )
    return [Evidence(**row._mapping) for row in rows][::-1]


def told_by(connection: Connection, post_id: int) -> list[tuple[int, Evidence]]:
    """The stories that a post is evidence for, each with why, oldest first."""
    columns = [t.evidence.c[name] for name in Evidence.__slots__]
    rows = connection.execute(
        select(t.evidence.c.story_id, *columns)
        .where(t.evidence.c.post_id == post_id)
        .order_by(t.evidence.c.at, t.evidence.c.story_id)
    )
    return [(row.story_id, Evidence(*row[1:])) for row in rows]


def links_of(connection: Connection, story_id: int) -> list[Linked]:
    """The events that the story belongs to."""
    rows = connection.execute(select(t.link).where(t.link.c.story_id == story_id).order_by(t.link.c.event_id))
    return [Linked(**row._mapping) for row in rows]


def link(connection: Connection, linked: Linked) -> None:
    """Make the story a step in the event's history, or say anew what it reports there."""
    values = {name: getattr(linked, name) for name in Linked.__slots__}
    changes = ("status", "expected", "precision", "words", "sure")
    connection.execute(dialect.upsert(connection, t.link, changes).values(**values))


def expectation(expected: Expected | None) -> dict[str, Any]:
    """The columns of an expected date."""
    if expected is None:
        return {"expected": None, "precision": None, "words": ""}
    return {"expected": expected.at, "precision": expected.precision, "words": expected.words}
