"""Which story a post belongs to when no event decides: the nearest recent one, if it is near enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from matching.decision import Reading, StoryState
from matching.signature import similarity

WINDOW = timedelta(days=30)
SAME = 0.42
SAME_ACROSS = 0.45
"""Likeness from which a post belongs to a story: in one language, and between languages."""
FADE = timedelta(days=14)
SAME_URL = 0.25


@dataclass(frozen=True, slots=True)
class Choice:
    """The story chosen (None: a new one), how alike it is, and why."""

    story: StoryState | None
    score: float
    why: str


def choose(reading: Reading, stories: Sequence[StoryState], url: str | None, at: datetime) -> Choice:
    """The story among the candidates that this post reports, or none of them. `url`: its canonical address."""
    best: tuple[float, StoryState] | None = None
    for story in stories:
        age = abs(at - story.last_seen)
        if age > WINDOW:
            continue
        score = likeness(reading, story) * (1 - 0.35 * min(age / FADE, 1.0))
        if url is not None and url in story.urls:
            score += SAME_URL
        if best is None or score > best[0]:
            best = score, story
    if best is None:
        return Choice(None, 0.0, "no known story is like it")
    score, story = best
    if score >= SAME:
        return Choice(story, score, f"like a known story ({score:.2f} of {SAME:.2f})")
    return Choice(None, score, f"the nearest story is not like it enough ({score:.2f} of {SAME:.2f})")


def likeness(reading: Reading, story: StoryState) -> float:
    """0 to 1; between languages measured on names, numbers and concepts alone."""
    same = similarity(reading.signature, story.signature, same_language=True)
    across = similarity(reading.signature, story.signature, same_language=False) * SAME / SAME_ACROSS
    return max(same, across if reading.lang not in story.langs else 0.0)
