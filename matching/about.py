"""Whether a post is about an event or merely mentions it, and which status it reports of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from matching.decision import EventHit, EventQuery, Expected
from matching.document import Sentence, Zone
from matching.forms import Found
from matching.search import Text
from matching.status import Claim, SentenceStatus, read_sentence
from matching.terms import Pattern

ABOUT = 0.55
"""The score from which on a post is about an event."""
BODY_SENTENCES = 12
"""Sentences of the body that are asked for a status; later ones are background."""

_ZONE_WEIGHT = {Zone.TITLE: 3.0, Zone.LEAD: 1.6, Zone.BODY: 0.6}
_STATUS_WEIGHT = {"announced": 0.45, "rumoured": 0.5, "scheduled": 0.75, "released": 0.95}
_POSSIBLE = 0.5
_OTHER_CLAUSE = 0.5
_FAR = 0.6
_NEAR_WORDS = 8
_WITHOUT_WHAT = 0.3
_MIN_STATUS = 0.7


@dataclass(frozen=True, slots=True)
class _Place:
    """Where who and what stand in one sentence; None where they do not."""

    index: int
    sentence: Sentence
    who: Found | None
    what: Found | None

    @property
    def both(self) -> bool:
        return self.who is not None and self.what is not None


@dataclass(slots=True)
class _Vote:
    weight: float = 0.0
    firm: bool = False
    sentence: str = ""
    best: float = 0.0


def event_hit(event: EventQuery, who: Sequence[Pattern], what: Sequence[Pattern], text: Text) -> EventHit | None:
    """What the post says of the event; None when it does not even name both who and what."""
    places = [_Place(i, s, _first(who, text, i), _first(what, text, i)) for i, s in enumerate(text.sentences)]
    if not any(p.who for p in places) or not any(p.what for p in places):
        return None
    score, reason = _salience(places)
    words = _words(places)
    if score < ABOUT:
        sentence = next((p.sentence.text for p in places if p.both), text.post.title)
        why = f"mentions the event, is not about it: {reason} ({score:.2f} of {ABOUT:.2f})"
        return EventHit(event.id, event.guild, False, None, None, False, sentence, words, score, why)
    return _report(event, places, text, score, reason, words)


def _first(patterns: Sequence[Pattern], text: Text, index: int) -> Found | None:
    return next((f for p in patterns if (f := text.find(p, index)) is not None), None)


def _words(places: Sequence[_Place]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for place in places:
        for hit in (place.who, place.what):
            if hit:
                found[" ".join(place.sentence.words[hit.start : hit.end])] = None
    return tuple(found)[:8]


def _salience(places: Sequence[_Place]) -> tuple[float, str]:
    """How much the post is about who and what together, 0 to 1, and the reason in words."""
    title = places[0]
    lead = [p for p in places if p.sentence.zone is Zone.LEAD]
    near = sum(p.both for p in places[:BODY_SENTENCES])
    if title.both:
        return 1.0, "who and what stand in the title"
    if title.what and any(p.both for p in lead[:1]):
        return 0.85, "what stands in the title, who and what in the first sentence"
    if title.what and lead and lead[0].who:
        return 0.7, "what stands in the title, who in the first sentence"
    if title.who and any(p.both for p in lead):
        return 0.75, "who stands in the title, who and what in a sentence of the lead"
    if title.who and any(p.what for p in lead):
        return 0.6, "who stands in the title, what in the lead"
    if any(p.both for p in lead[:2]) and near >= 2:
        return min(0.5 + 0.05 * near, 0.7), "who and what meet in the lead and again below"
    if any(p.both for p in lead):
        return 0.45, "who and what meet once, in the lead only"
    return 0.3, "who and what meet in the body only" if near else "who and what never meet in one sentence"


def _report(
    event: EventQuery, places: Sequence[_Place], text: Text, score: float, reason: str, words: tuple[str, ...]
) -> EventHit:
    language = text.language
    now = text.post.published
    if language is None:
        return EventHit(event.id, event.guild, True, None, None, True, places[0].sentence.text, words, score, reason)
    read = [
        (p, read_sentence(p.sentence, language, now))
        for i, p in enumerate(places)
        if p.sentence.zone is not Zone.BODY or (p.both and i <= BODY_SENTENCES)
    ]
    votes = _votes(read)
    status = _winner(votes)
    vote = votes.get(status, _Vote()) if status else _Vote()
    expected = _expected(read, status, now)
    doubt, sure = _doubt(read), True
    if status and (doubt or not vote.firm):
        sure = False
        if status in ("announced", "scheduled", "released") and not vote.firm:
            status = "rumoured"
    elif doubt:
        sure = False
    sentence = vote.sentence or next((p.sentence.text for p in places if p.both), places[0].sentence.text)
    opening = [s for p, s in read if p.sentence.zone is not Zone.BODY]
    why = f"about the event: {reason} ({score:.2f}); " + (
        f"reports {status}" + ("" if sure else ", unconfirmed") if status else "names no status"
    )
    return EventHit(
        event.id, event.guild, True, status, expected, sure, sentence, words, score, why,
        again=any(s.again for s in opening[:3]),
        undated=any(s.undated for _, s in read),
        comment=read[0][1].comment or places[0].sentence.text.rstrip().endswith("?"),
        formal=read[0][1].formal,
        in_title=any(c.status == status for c in read[0][1].claims),
    )  # fmt: skip


def _votes(read: Sequence[tuple[_Place, SentenceStatus]]) -> dict[str, _Vote]:
    """How strongly each status is claimed, the nearer to the title and to `what` the stronger."""
    votes: dict[str, _Vote] = {}
    for place, said in read:
        for claim in said.claims:
            if claim.background and place.sentence.zone is not Zone.TITLE:
                continue
            weight = _weight(place, claim) * (0.5 if claim.background else 1.0)
            vote = votes.setdefault(claim.status, _Vote())
            vote.weight += weight
            vote.firm = vote.firm or not claim.possible
            if weight > vote.best:
                vote.best, vote.sentence = weight, place.sentence.text
    return votes


def _weight(place: _Place, claim: Claim) -> float:
    weight = _ZONE_WEIGHT[place.sentence.zone] * _STATUS_WEIGHT.get(claim.status, 1.0)
    if claim.possible:
        weight *= _POSSIBLE
    in_title = place.sentence.zone is Zone.TITLE
    if place.what is None:
        return weight * (1.0 if in_title and place.who else _WITHOUT_WHAT)
    clauses = place.sentence.clauses
    if clauses and clauses[place.what.start] != clauses[claim.start]:
        weight *= _OTHER_CLAUSE
    distance = max(claim.start - place.what.end, place.what.start - claim.end)
    return weight * (1.0 if in_title or distance <= _NEAR_WORDS else _FAR)


def _winner(votes: dict[str, _Vote]) -> str | None:
    if not votes:
        return None
    status = max(votes, key=lambda s: votes[s].weight)
    return status if votes[status].weight >= _MIN_STATUS else None


def _doubt(read: Sequence[tuple[_Place, SentenceStatus]]) -> bool:
    """Whether title or first lead sentence report with reserve, and nobody who decides is quoted there."""
    title = read[0][1]
    if title.doubt:
        return True
    lead = [s for p, s in read if p.sentence.zone is Zone.LEAD]
    return bool(lead) and lead[0].doubt and not any(s.confirm for s in lead) and not title.confirm


def _expected(read: Sequence[tuple[_Place, SentenceStatus]], status: str | None, now: datetime) -> Expected | None:
    """The date that the reported status points to: ahead, not the one moved away from, nearest to the title."""
    if status in (None, "released", "cancelled", "denied"):
        return None
    best: tuple[float, Expected] | None = None
    for place, said in read:
        if not any(c.status in (status, "scheduled") and not c.background for c in said.claims):
            continue
        for phrase in said.dates:
            if phrase.origin or not _ahead(phrase.expected, status, now):
                continue
            weight = _ZONE_WEIGHT[place.sentence.zone] * (1.0 if phrase.pointed else 0.6)
            if not any(c.status == status for c in said.claims):
                weight *= 0.5
            if best is None or weight > best[0]:
                best = weight, phrase.expected
    return best[1] if best else None


def _ahead(expected: Expected, status: str | None, now: datetime) -> bool:
    """Whether the date is still to come. Of a delay, a week, month or quarter that has begun is what it moves from."""
    if expected.precision == "day":
        return expected.at >= now.replace(hour=0, minute=0, second=0, microsecond=0)
    if expected.at > now:
        return True
    days = {"week": 7, "month": 31, "season": 92, "year": 366}[expected.precision]
    if status == "delayed" and (expected.precision != "season" or any(c.isdigit() for c in expected.words)):
        return False
    return expected.at > now - timedelta(days=days)
