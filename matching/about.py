"""Whether a post is about an event or merely mentions it: where who and what meet, and how near to the
title.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.decision import EventHit, EventQuery
from matching.document import Zone
from matching.forms import Found
from matching.lexicon import Lexicon
from matching.report import Place, report
from matching.search import Text
from matching.status import read_sentence
from matching.terms import Pattern, loose

ABOUT = 0.55
"""The score from which on a post is about an event, and may ring."""
TOUCHES = 0.45
"""The score from which on a post that is not about an event may still be evidence for what is known."""
BODY_SENTENCES = 12
"""Sentences of the body that count; later ones are background."""
EARLY = 8
"""Words from the start of a sentence within which its subject is named."""
MIN_SHORT = 5
"""Letters that a part of a name needs to stand for the whole ("Altman" for "Sam Altman")."""

_TURNS = (
    "word.launch_noun",
    "word.release_noun",
    "word.opening_noun",
    "word.delay_noun",
    "word.closure_noun",
    "word.date",
)


@dataclass(frozen=True, slots=True)
class CompiledEvent:
    """An event ready to be looked for.

    `turning`: `what` names a launch, an opening, a date or the like, so that any status word speaks of it.
    `subject`: statuses that are what the event is about ("suspension of the reform"), and so report nothing.
    """

    query: EventQuery
    who: tuple[Pattern, ...]
    what: tuple[Pattern, ...]
    turning: bool
    subject: frozenset[str]


def compile_event(event: EventQuery, lexicon: Lexicon) -> CompiledEvent:
    """The event's terms as patterns, and what kind of thing its `what` is."""
    who = tuple(loose(t, lexicon) for t in event.who)
    what = tuple(loose(t, lexicon) for t in event.what)
    labels = [label for p in what for atom in p.atoms for label in atom.label.split("+")]
    statuses = frozenset(label.removeprefix("status.") for label in labels if label.startswith("status."))
    launches = any(label in _TURNS for label in labels) or "released" in statuses
    return CompiledEvent(event, who, what, launches, frozenset() if launches else statuses)


def event_hit(event: CompiledEvent, text: Text) -> EventHit | None:
    """What the post says of the event; None when it does not even name both who and what."""
    places = _places(event, text)
    if not any(p.who for p in places) or not any(p.what for p in places):
        return None
    score, reason = _salience(places)
    words = _words(places)
    query = event.query
    if score < ABOUT:
        sentence = next((p.sentence.text for p in places if p.both), text.post.title)
        why = f"mentions the event, is not about it: {reason} ({score:.2f} of {ABOUT:.2f})"
        return EventHit(query.id, query.guild, False, None, None, False, sentence, words, score, why)
    said = report(places, text.post.published, event.subject)
    why = f"about the event: {reason} ({score:.2f}); " + (
        f"reports {said.status}" + ("" if said.sure else ", unconfirmed")
        if said.status
        else "names no status"
    )
    return EventHit(
        query.id, query.guild, True, said.status, said.expected, said.sure, said.sentence, words, score, why,
        said.again, said.undated, said.comment, said.formal, said.in_title,
    )  # fmt: skip


def _places(event: CompiledEvent, text: Text) -> list[Place]:
    places = []
    in_full = any(text.find(p, i) for p in event.who for i in range(len(text.sentences)))
    for i, sentence in enumerate(text.sentences):
        opening = sentence.zone is not Zone.BODY
        who, what = _first(event.who, text, i), _first(event.what, text, i)
        if who is None and opening and in_full:
            who = _shortened(event.who, text, i)
        said = None
        if text.language and (opening or (who and (what or event.turning) and i <= BODY_SENTENCES)):
            said = read_sentence(sentence, text.language, text.post.published)
        if what is None and event.turning and said and said.claims:
            what = Found("status", said.claims[0].start, said.claims[0].end)
        places.append(Place(sentence, who, what, said))
    return places


def _leads(place: Place) -> bool:
    assert place.who is not None
    assert place.what is not None
    return place.who.start < EARLY or place.who.start <= place.what.end + 1


def _first(patterns: Sequence[Pattern], text: Text, index: int) -> Found | None:
    return next((f for p in patterns if (f := text.find(p, index)) is not None), None)


def _shortened(patterns: Sequence[Pattern], text: Text, index: int) -> Found | None:
    """A part of a name that the text gives in full elsewhere."""
    for pattern in patterns:
        # A surname ends a name, and the last noun of "réforme des retraites" is what it is about.
        last = pattern.atoms[-1].label
        found = text.atoms[index].get(last) if len(pattern.atoms) > 1 else None
        if found and len(last.split("+")[0]) >= MIN_SHORT:
            return found[0]
    return None


def _words(places: Sequence[Place]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for place in places:
        for hit in (place.who, place.what):
            if hit:
                found[" ".join(place.sentence.words[hit.start : hit.end])] = None
    return tuple(found)[:8]


def _salience(places: Sequence[Place]) -> tuple[float, str]:
    """How much the post is about who and what together, 0 to 1, and the reason in words."""
    title = places[0]
    lead = [p for p in places if p.sentence.zone is Zone.LEAD]
    near = sum(p.both for p in places[:BODY_SENTENCES])
    if title.both:
        return 1.0, "who and what stand in the title"
    if title.what and lead and lead[0].both:
        # Who comes late is compared with, not spoken of: "Alibaba releases …, as OpenAI plans to".
        if _leads(lead[0]):
            return 0.85, "what stands in the title, who and what in the first sentence"
        return 0.5, "what stands in the title, who only in passing in the first sentence"
    if title.who and any(p.both for p in lead):
        return 0.75, "who stands in the title, who and what in a sentence of the lead"
    if title.what and lead and lead[0].who and lead[0].who.start < EARLY:
        return 0.7, "what stands in the title, who in the first sentence"
    if any(p.both for p in lead[:2]) and near >= 2:
        return min(0.5 + 0.05 * near, 0.7), "who and what meet in the lead and again below"
    if title.who and any(p.what for p in lead):
        return 0.5, "who stands in the title, what in another sentence of the lead"
    if any(p.both for p in lead):
        return 0.45, "who and what meet once, in the lead only"
    return 0.3, "who and what meet in the body only" if near else "who and what never meet in one sentence"
