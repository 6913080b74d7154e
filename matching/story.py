"""Which story a post belongs to when no event decides: the nearest recent one, if it is near enough.

Likeness is the cosine of two signatures, each term weighted by its rarity among recent stories (Spärck Jones,
"A statistical interpretation of term specificity", 1972), and it fades:
news of one development comes within days.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from matching.decision import Reading, StoryState
from matching.signature import cosine, language_free

WINDOW = timedelta(days=30)
SAME = 0.20
"""Likeness, faded, from which a post belongs to a story."""
ACROSS = 0.8
"""What a threshold is multiplied by between languages, where fewer terms can be shared."""
FADE = timedelta(days=4)
"""After so long without a report, likeness counts half."""
SAME_OUTLET = 0.7
"""An outlet seldom reports one development twice; its second post is more often the next one."""
SAME_URL = 0.15
_STORIES = 2_000
_UNKNOWN = 5
"""Stands for the number of recent stories, and for how many hold a term that was not counted."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The story chosen (None: a new one), how alike it is, and why."""

    story: StoryState | None
    score: float
    why: str


def choose(
    reading: Reading, stories: Sequence[StoryState], counts: Mapping[str, int], url: str | None, at: datetime
) -> Choice:
    """The story among the candidates that this post reports, or none of them.

    `counts`: how many recent stories hold each term, where known; `url`: the post's canonical address.
    """
    best: tuple[float, StoryState] | None = None
    for story in stories:
        age = max(timedelta(), at - story.last_seen)
        if age > WINDOW:
            continue
        score = likeness(reading, story, counts) / (1 + age / FADE)
        if url is not None and url in story.urls:
            score += SAME_URL
        elif url is not None and _host(url) in {_host(u) for u in story.urls}:
            score *= SAME_OUTLET
        if best is None or score > best[0]:
            best = score, story
    if best is None:
        return Choice(None, 0.0, "no known story is like it")
    score, story = best
    if score >= SAME:
        return Choice(story, score, f"like a known story ({score:.2f} of {SAME:.2f})")
    return Choice(None, score, f"the nearest story is not like it enough ({score:.2f} of {SAME:.2f})")


def likeness(reading: Reading, story: StoryState, counts: Mapping[str, int]) -> float:
    """0 to 1; between languages measured on names, numbers and concepts alone."""
    same = cosine(_weighted(reading.signature.terms, counts), _weighted(story.signature.terms, counts))
    if reading.lang in story.langs:
        return same
    mine, theirs = language_free(reading.signature), language_free(story.signature)
    across = cosine(_weighted(mine, counts), _weighted(theirs, counts))
    return max(same, across * ACROSS)


def _weighted(terms: Mapping[str, float], counts: Mapping[str, int]) -> dict[str, float]:
    return {t: w * _rarity(t, counts) for t, w in terms.items()}


def _rarity(term: str, counts: Mapping[str, int]) -> float:
    return math.log(1 + _STORIES / (1 + counts.get(term, _UNKNOWN)))


def _host(url: str) -> str:
    return urlsplit(url).netloc
