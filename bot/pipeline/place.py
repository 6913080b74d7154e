"""One post's reading becomes rows: its story, its events' links, its alerts. In the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.pipeline.book import Book
from bot.pipeline.contents import headline, readable
from bot.pipeline.tell import AlertChange, tell
from matching.decide import decide
from matching.decision import Decision, EventState, Expected, Link, Placement, Reading
from matching.story import WINDOW
from storage import events, stories
from storage.database import Connection
from storage.posts import StoredPost
from storage.stories import Evidence, Linked, Story


@dataclass(frozen=True, slots=True)
class Placed:
    """One story that a post started or joined, and what followed. `posts`, `sources`: the story's now."""

    story_id: int
    started: bool
    links: tuple[Link, ...]
    watches: tuple[str, ...]
    lang: str
    sentence: str
    why: str
    posts: int
    sources: int
    changes: tuple[AlertChange, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one post or revision. `silent`: nothing may ring for it; `why`, always in words."""

    post_id: int
    guid: str
    revision: int
    silent: bool
    why: str
    placed: tuple[Placed, ...] = ()


class Desk:
    """Reads posts one after the other within one transaction; remembers the events' states in between.

    `guilds`: those that subscribe to the source of the posts. `now`: when alerts are opened.
    """

    def __init__(self, connection: Connection, book: Book, guilds: frozenset[int], now: datetime) -> None:
        self._connection = connection
        self._book = book
        self._guilds = guilds
        self._now = now
        self._states: dict[int, EventState] = {}

    def read(self, post: StoredPost, at: datetime, *, silent: bool) -> Fate:
        """Run the watches over a stored post, reported at `at`, and write all that follows."""
        found = self._book.compiled.read(readable(post, at))
        reading = found and _heard_by(found, self._guilds)
        if reading is None:
            return Fate(post.id, post.guid, post.revision, silent, "no watch and no event is hit")
        decision = self._decide(reading, post, at)
        placed = tuple(self._place(one, reading, post, at, silent) for one in decision.placements)
        return Fate(post.id, post.guid, post.revision, silent, decision.why, placed)

    def _decide(self, reading: Reading, post: StoredPost, at: datetime) -> Decision:
        wanted = {hit.event_id for hit in reading.events} - self._states.keys()
        if wanted:
            self._states |= {state.event_id: state for state in events.states(self._connection, wanted)}
        signature = reading.signature
        known, counts = stories.candidates(self._connection, signature, post.canonical_url, at - WINDOW)
        return decide(reading, known, self._states, at, counts)

    def _place(
        self, placement: Placement, reading: Reading, post: StoredPost, at: datetime, silent: bool
    ) -> Placed:
        story = self._story(placement, reading, post, at)
        evidence = Evidence(post.id, post.revision, at, placement.sentence, placement.score, placement.why)
        url, lang = post.canonical_url, reading.lang
        grew = stories.grow(self._connection, story, placement.signature, evidence, url, lang)
        self._link(story, placement.links, at)
        story = self._reload(story.id)
        changes = tell(
            self._connection, self._book, self._guilds, story, placement, self._now, grew=grew, silent=silent
        )
        return Placed(
            story_id=story.id,
            started=placement.story_id is None,
            links=placement.links,
            watches=tuple(self._book.watches[one].name for one in placement.watches),
            lang=lang,
            sentence=placement.sentence,
            why=placement.why,
            posts=story.posts,
            sources=story.sources,
            changes=changes,
        )

    def _story(self, placement: Placement, reading: Reading, post: StoredPost, at: datetime) -> Story:
        story_id = placement.story_id
        if story_id is None:
            story_id = stories.start(self._connection, headline(post), reading.lang, at, placement.signature)
        return self._reload(story_id)

    def _reload(self, story_id: int) -> Story:
        story = stories.get(self._connection, story_id)
        assert story is not None  # it was found or made in this very transaction
        return story

    def _link(self, story: Story, links: Iterable[Link], at: datetime) -> None:
        known = {one.event_id: one for one in stories.links_of(self._connection, story.id)} if links else {}
        for link in links:
            old = known.get(link.event_id)
            stories.link(self._connection, _again(old, link) if old else self._first(story, link, at))
            # The story's likeness and last report changed with its evidence too.
            self._states.pop(link.event_id, None)

    def _first(self, story: Story, link: Link, at: datetime) -> Linked:
        status, expected = _standing(self._states[link.event_id], at)
        return Linked(
            story_id=story.id,
            event_id=link.event_id,
            status=link.status,
            **stories.expectation(link.expected),
            sure=link.sure,
            at=at,
            before_status=status,
            before_expected=expected.at if expected else None,
            before_precision=expected.precision if expected else None,
        )


def _heard_by(reading: Reading, guilds: frozenset[int]) -> Reading | None:
    """The reading as those guilds get it that subscribe to the post's source."""
    watches = tuple(hit for hit in reading.watches if hit.guild in guilds)
    named = tuple(hit for hit in reading.events if hit.guild in guilds)
    return replace(reading, watches=watches, events=named) if watches or named else None


def _again(old: Linked, link: Link) -> Linked:
    """What further evidence makes of a link: never less sure; a status said more exactly, with its date."""
    sure = old.sure or link.sure
    if link.status is None or link.status == old.status:
        if old.expected is None and link.expected is not None:
            return replace(old, sure=sure, **stories.expectation(link.expected))
        return replace(old, sure=sure)
    return replace(old, sure=sure, status=link.status, **stories.expectation(link.expected))


def _standing(state: EventState, at: datetime) -> tuple[str | None, Expected | None]:
    """The status and expected date that stood before a report of that time."""
    told = [one for one in state.developments if one.first_at <= at and one.status is not None]
    if told:
        return told[-1].status, told[-1].expected
    return state.status, state.expected
