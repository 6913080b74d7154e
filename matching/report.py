"""What a post reports of an event: the status that its sentences claim, how sure, and the date expected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.dates import DatePhrase
from matching.decision import Expected
from matching.document import Sentence, Zone
from matching.forms import Found
from matching.status import Claim, SentenceStatus

_ZONE_WEIGHT = {Zone.TITLE: 3.0, Zone.LEAD: 1.6, Zone.BODY: 0.6}
_STATUS_WEIGHT = {"announced": 0.45, "rumoured": 0.5, "scheduled": 0.75, "released": 0.95}
_POSSIBLE = 0.5
_BACKGROUND = 0.5
_OTHER_CLAUSE = 0.5
_CONTRASTED = 0.3
_FAR = 0.6
_NEAR_WORDS = 8
_WITHOUT_WHAT = 0.3
_MIN_STATUS = 0.7


@dataclass(frozen=True, slots=True)
class Place:
    """Where who and what stand in one sentence (None where they do not), and what the sentence claims."""

    sentence: Sentence
    who: Found | None
    what: Found | None
    said: SentenceStatus | None

    @property
    def both(self) -> bool:
        """Whether who and what meet here."""
        return self.who is not None and self.what is not None


@dataclass(frozen=True, slots=True)
class Report:
    """Fields as in decision.EventHit."""

    status: str | None
    expected: Expected | None
    sure: bool
    sentence: str
    again: bool
    undated: bool
    comment: bool
    formal: bool
    in_title: bool


@dataclass(slots=True)
class _Vote:
    weight: float = 0.0
    firm: bool = False
    sentence: str = ""
    best: float = 0.0


def report(places: Sequence[Place], now: datetime, subject: frozenset[str]) -> Report:
    """What the sentences report together; claims of a status in `subject` only name the event."""
    read = [(p, p.said) for p in places if p.said is not None]
    fallback = next((p.sentence.text for p in places if p.both), places[0].sentence.text)
    if not read:
        return Report(None, None, True, fallback, False, False, False, False, False)
    votes = _votes(read, subject)
    status = _winner(votes)
    vote = votes[status] if status else _Vote(sentence=fallback)
    sure = not _doubt(read) and (status is None or vote.firm)
    title = read[0][1]
    in_title = any(c.status == status for c in title.claims)
    dated = _dated_title(read[0][0], title, now)
    if dated is not None and status in (None, "announced", "scheduled") and title.claims == ():
        status, in_title = "scheduled", True
        vote = _Vote(firm=vote.firm or not votes, sentence=places[0].sentence.text)
    hearsay = status == "announced" and title.doubt
    if hearsay or (status in ("announced", "scheduled", "released") and votes and not vote.firm):
        status = "rumoured"
    opening = [said for place, said in read if place.sentence.zone is not Zone.BODY]
    undated = any(s.undated for s in opening)
    sure = sure and status != "rumoured"
    expected = dated if in_title and not title.claims else _expected(read, status, now)
    if undated and status == "delayed":
        expected = None
    return Report(
        status,
        expected,
        sure,
        vote.sentence,
        again=any(s.again for s in opening[:2]),
        undated=undated,
        comment=title.comment or places[0].sentence.text.rstrip().endswith("?"),
        formal=title.formal,
        in_title=in_title,
    )


def _votes(read: Sequence[tuple[Place, SentenceStatus]], subject: frozenset[str]) -> dict[str, _Vote]:
    """How strongly each status is claimed, the nearer to the title and to `what` the stronger."""
    votes: dict[str, _Vote] = {}
    for place, said in read:
        in_title = place.sentence.zone is Zone.TITLE
        best: dict[str, tuple[float, bool]] = {}
        for claim in said.claims:
            if claim.status in subject or (claim.background and not in_title):
                continue
            weight = _weight(place, said, claim) * (_BACKGROUND if claim.background else 1.0)
            best[claim.status] = max(best.get(claim.status, (0.0, False)), (weight, not claim.possible))
        for status, (weight, firm) in best.items():
            vote = votes.setdefault(status, _Vote())
            vote.weight += weight
            vote.firm = vote.firm or firm
            if weight > vote.best:
                vote.best, vote.sentence = weight, place.sentence.text
    return votes


def _weight(place: Place, said: SentenceStatus, claim: Claim) -> float:
    weight = _ZONE_WEIGHT[place.sentence.zone] * _STATUS_WEIGHT.get(claim.status, 1.0)
    if claim.possible:
        weight *= _POSSIBLE
    in_title = place.sentence.zone is Zone.TITLE
    if place.what is None:
        return weight * (1.0 if in_title and place.who else _WITHOUT_WHAT)
    clauses = place.sentence.clauses
    if clauses and clauses[place.what.start] != clauses[claim.start]:
        weight *= _OTHER_CLAUSE
    if any(claim.end <= at < place.what.end or place.what.end <= at < claim.end for at in said.contrasts):
        weight *= _CONTRASTED
    distance = max(claim.start - place.what.end, place.what.start - claim.end)
    return weight * (1.0 if in_title or distance <= _NEAR_WORDS else _FAR)


def _winner(votes: dict[str, _Vote]) -> str | None:
    if not votes:
        return None
    status = max(votes, key=lambda s: votes[s].weight)
    return status if votes[status].weight >= _MIN_STATUS else None


def _doubt(read: Sequence[tuple[Place, SentenceStatus]]) -> bool:
    """Whether title or first lead sentence report with reserve, and nobody who decides is quoted there."""
    title = read[0][1]
    if title.doubt:
        return True
    lead = [s for p, s in read if p.sentence.zone is Zone.LEAD]
    return bool(lead) and lead[0].doubt and not any(s.confirm for s in lead) and not title.confirm


def _expected(
    read: Sequence[tuple[Place, SentenceStatus]], status: str | None, now: datetime
) -> Expected | None:
    """The date that the reported status points to: ahead, not the one given up, nearest the title."""
    if status in (None, "released", "cancelled", "denied"):
        return None
    best: tuple[float, Expected] | None = None
    for place, said in read:
        if not any(c.status in (status, "scheduled", "delayed") and not c.background for c in said.claims):
            continue
        for phrase in _dates(place, said):
            if not _ahead(phrase.expected, status, now):
                continue
            weight = _ZONE_WEIGHT[place.sentence.zone] * (1.0 if phrase.pointed else 0.6)
            if not any(c.status == status for c in said.claims):
                weight *= 0.5
            # A delay names the old date and the new one: the new one is later.
            later = (
                status == "delayed"
                and best is not None
                and weight == best[0]
                and phrase.expected.at > best[1].at
            )
            if best is None or weight > best[0] or later:
                best = weight, phrase.expected
    return best[1] if best else None


def _dated_title(place: Place, title: SentenceStatus, now: datetime) -> Expected | None:
    """The day or month ahead that a title on who and what names without a verb ("the film: 23 September")."""
    if place.sentence.zone is not Zone.TITLE or not place.both:
        return None
    dates = (phrase.expected for phrase in _dates(place, title))
    return next((one for one in dates if one.precision in ("day", "month") and one.at > now), None)


def _dates(place: Place, said: SentenceStatus) -> Iterator[DatePhrase]:
    """The dates of a sentence that are not given up, nor part of a name ("Demain, Mars")."""
    named = [hit for hit in (place.who, place.what) if hit and hit.label != "status"]
    for phrase in said.dates:
        if not phrase.origin and not any(hit.start <= phrase.start < hit.end for hit in named):
            yield phrase


def _ahead(expected: Expected, status: str | None, now: datetime) -> bool:
    """Whether the date is still to come. Of a delay, a week, month or quarter that has begun is what it
    moves from.
    """
    if expected.precision == "day":
        return expected.at >= now.replace(hour=0, minute=0, second=0, microsecond=0)
    begun = expected.at <= now
    exact = expected.precision != "season" or any(c.isdigit() for c in expected.words)
    return expected.ends > now and not (begun and exact and status == "delayed")
