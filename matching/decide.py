"""Where a post belongs: its story for each event it is about, and its story for the watches that it
satisfies.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from matching.about import TOUCHES
from matching.decision import Decision, EventHit, EventState, Link, Placement, Reading, Signature, StoryState
from matching.development import Verdict, judge
from matching.signature import merge
from matching.story import choose
from matching.urls import canonical


def decide(
    reading: Reading,
    stories: Sequence[StoryState],
    events: Mapping[int, EventState],
    at: datetime,
    counts: Mapping[str, int] | None = None,
) -> Decision:
    """Where the post belongs, given the candidate stories and the states of the events that it names.

    Events decide first: their developments are stories. A new development starts one story, which all events
    that want one share, unless a guild would then be told of two of its events as one. Watches ride on the
    post's first story; without any, the nearest known story is chosen by likeness. `at`: the post's time;
    `counts`: how many recent stories hold each of the post's terms, where known.
    """
    known = {s.id: s for s in stories}
    placed: dict[int | None, _Place] = {}
    silences: list[str] = []
    for hit in reading.events:
        if hit.score < TOUCHES:
            silences.append(hit.why)
            continue
        verdict = judge(hit, events[hit.event_id], reading.signature, at)
        if not verdict.new and verdict.story_id is None:
            silences.append(f"{hit.why}; {verdict.why}")
            continue
        _place_event(placed, hit, verdict, events)
    if reading.watches:
        _place_watches(placed, reading, stories, counts or {}, at)
    placements = tuple(
        place.placement(story_id, reading, known, events) for story_id, place in placed.items()
    )
    why = "; ".join(p.why for p in placements) or "; ".join(silences) or "no watch and no event is hit"
    return Decision(placements, why)


class _Place:
    def __init__(self, sentence: str, score: float, why: str) -> None:
        self.links: list[Link] = []
        self.watches: tuple[int, ...] = ()
        self.sentence = sentence
        self.score = score
        self.reasons = [why]

    def placement(
        self,
        story_id: int | None,
        reading: Reading,
        stories: Mapping[int, StoryState],
        events: Mapping[int, EventState],
    ) -> Placement:
        signature = reading.signature
        if story_id is not None:
            known, posts = _known_signature(story_id, stories, events)
            signature = merge(known, reading.signature, posts)
        return Placement(
            story_id,
            tuple(self.links),
            self.watches,
            signature,
            self.sentence,
            self.score,
            "; ".join(self.reasons),
        )


POSTS_BEHIND = 4
"""A development's posts are not counted here; so many is a fair weight for its signature."""


def _known_signature(
    story_id: int, stories: Mapping[int, StoryState], events: Mapping[int, EventState]
) -> tuple[Signature, int]:
    """The signature of a known story, candidate or development, and how many posts stand behind it."""
    if story_id in stories:
        return stories[story_id].signature, stories[story_id].posts
    told = (d for state in events.values() for d in state.developments if d.story_id == story_id)
    return next(told).signature, POSTS_BEHIND


def _place_event(
    placed: dict[int | None, _Place], hit: EventHit, verdict: Verdict, events: Mapping[int, EventState]
) -> None:
    story_id = verdict.story_id
    if verdict.new:
        story_id = _shareable(placed, hit, events)
    place = placed.get(story_id)
    why = f"{hit.why}; {verdict.why}"
    if place is None:
        place = placed[story_id] = _Place(hit.sentence, verdict.score, why)
    else:
        place.reasons.append(why)
    confirms = not verdict.new and hit.sure and _was_unsure(story_id, events[hit.event_id])
    place.links.append(
        Link(hit.event_id, hit.guild, verdict.new, verdict.status, verdict.expected, verdict.sure, confirms)
    )


def _shareable(
    placed: Mapping[int | None, _Place], hit: EventHit, events: Mapping[int, EventState]
) -> int | None:
    """A story of this post that no event of the same guild has yet; None for the new one."""
    for story_id, place in placed.items():
        if all(link.guild != hit.guild for link in place.links) and not any(
            d.story_id == story_id for e in events.values() if e.guild == hit.guild for d in e.developments
        ):
            return story_id
    return None


def _was_unsure(story_id: int | None, state: EventState) -> bool:
    return any(d.story_id == story_id and not d.sure for d in state.developments)


def _place_watches(
    placed: dict[int | None, _Place],
    reading: Reading,
    stories: Sequence[StoryState],
    counts: Mapping[str, int],
    at: datetime,
) -> None:
    watches = tuple(w.watch_id for w in reading.watches)
    first = reading.watches[0]
    words = ", ".join(dict.fromkeys(w for hit in reading.watches for w in hit.words)) or "everything"
    if placed:
        place = next(iter(placed.values()))
        place.reasons.append(f"the watch found {words}")
    else:
        choice = choose(reading, stories, counts, canonical(reading.post.url), at)
        story_id = choice.story.id if choice.story else None
        place = placed[story_id] = _Place(
            first.sentence, choice.score, f"the watch found {words}; {choice.why}"
        )
    place.watches = watches
