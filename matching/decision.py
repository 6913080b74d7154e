"""What matching is asked and what it answers: the values between matching and those who store.

    compiled = CompiledWatches(watches, events)                    matching.compiled
    reading  = compiled.read(post)            or None: no hit      what the post says, to whom
    decision = decide(reading, stories, events, now)               matching.decide
                                                                   where it belongs, and why

`read` needs nothing but the post. `decide` needs what is already known: the candidate stories
(found through `reading.signature.terms`, the canonical URL) and the states of the events that the
reading names. Both are pure.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from matching.post import Post

STATUSES = (
    "rumoured", "announced", "scheduled", "delayed", "released",
    "suspended", "resumed", "cancelled", "denied",
)  # fmt: skip
"""Where an event can stand, in the order of its usual life."""

DAYS = {"day": 1, "week": 7, "month": 31, "season": 92, "year": 366}
"""The precisions of a date, with the length of their periods."""


@dataclass(frozen=True, slots=True)
class WatchQuery:
    """A guild's watch as matching needs it. `query` is in the watch language.

    `trust`, `leave_out`: parts of sources' names; only the former are listened to (if any), never the latter.
    """

    id: int
    guild: int
    name: str
    query: str
    min_sources: int = 1
    statuses: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A guild's event as matching needs it: any of `who` and any of `what`."""

    id: int
    guild: int
    key: str
    title: str
    who: tuple[str, ...]
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected date: start of its period (aware UTC), precision of DAYS, and the words that gave
    it.
    """

    at: datetime
    precision: str
    words: str = ""

    @property
    def ends(self) -> datetime:
        """When the period is over."""
        return self.at + timedelta(days=DAYS[self.precision])


@dataclass(frozen=True, slots=True)
class Signature:
    """What tells one story from another, bounded and JSON-able.

    `terms` are words, names, numbers and concepts with their weights, heaviest first, at most 64
    (keys: matching.signature); `actions` are decisive acts (matching.acts), language-free;
    `in_title`: a title tells them.
    """

    terms: dict[str, float] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class WatchHit:
    """A watch that the post satisfies: the words that did it, as they stand in the post."""

    watch_id: int
    guild: int
    words: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class EventHit:
    """An event that the post names. `about` False: a passing mention, kept for `why` only.

    `status` is what the post reports now, or None for a development outside the status list;
    `sure` is False for reported doubt; `sentence` carried the decision. `again`: it says that this is
    not the first time; `undated`: that there is no new date; `comment`: it reads as a piece about the
    news rather than the news; `formal`: that it is official now; `in_title`: the title claims the status.
    """

    event_id: int
    guild: int
    about: bool
    status: str | None
    expected: Expected | None
    sure: bool
    sentence: str
    words: tuple[str, ...]
    score: float
    why: str
    again: bool = False
    undated: bool = False
    comment: bool = False
    formal: bool = False
    in_title: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one post (one revision) says to the compiled watches."""

    post: Post
    lang: str
    watches: tuple[WatchHit, ...]
    events: tuple[EventHit, ...]
    signature: Signature


@dataclass(frozen=True, slots=True)
class StoryState:
    """A story that the post might belong to. `urls`, `langs`: canonical addresses (latest 16)
    and languages of its posts."""

    id: int
    first_seen: datetime
    last_seen: datetime
    posts: int
    signature: Signature
    urls: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Development:
    """One link of a story to an event: a step in the event's history."""

    story_id: int
    status: str | None
    expected: Expected | None
    sure: bool
    first_at: datetime
    last_at: datetime
    signature: Signature


@dataclass(frozen=True, slots=True)
class EventState:
    """Where a guild's event stands. `developments`: the latest 64, oldest first.

    `status`, `since`, `expected`: as the user declared them, before any development.
    """

    event_id: int
    guild: int
    status: str | None
    since: datetime | None
    expected: Expected | None
    developments: tuple[Development, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """What a placement says of one event: a new development of it, or evidence for a known one.

    `confirms`: the development was unsure and is now sure.
    """

    event_id: int
    guild: int
    new: bool
    status: str | None
    expected: Expected | None
    sure: bool
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """One story that the post starts (`story_id` None) or joins, with what follows.

    `signature` is the story's own from now on. `watches` are the ids of the watches it satisfies.
    """

    story_id: int | None
    links: tuple[Link, ...]
    watches: tuple[int, ...]
    signature: Signature
    sentence: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a post belongs. No placement: it rings for nothing, and `why` says why."""

    placements: tuple[Placement, ...]
    why: str
