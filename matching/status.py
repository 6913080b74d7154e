"""Which status a sentence reports: each status word with how it is meant (negated, planned, possible,
past).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from matching.dates import DatePhrase, date_phrases
from matching.document import Sentence, Zone
from matching.forms import Found
from matching.lexicon import Language

BEFORE = 4
"""How many words before a status word may turn its meaning."""
AFTER = 4
AGAIN_WITHIN = 10
SAME_PHRASE = 8
DATE_WITHIN = 4
"""How soon after it a form that needs a date must find one, in words."""
_NEGATIVE = frozenset(
    ["ne", "n", "not", "won", "no", "pas", "nicht", "niet", "nao", "non", "kein", "keine", "geen"]
)
_VERB_FIRST = frozenset({"de", "nl"})
"""Languages whose negation follows the finite verb: "verschiebt den Start nicht"."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A status word in a sentence, and how it is meant."""

    status: str
    start: int
    end: int
    possible: bool
    background: bool


@dataclass(frozen=True, slots=True)
class SentenceStatus:
    """What one sentence claims; negated claims are left out. `dates`: all that it names;
    `contrasts`: the places of words such as "but"."""

    claims: tuple[Claim, ...]
    doubt: bool
    again: bool
    undated: bool
    confirm: bool
    comment: bool
    formal: bool
    contrasts: tuple[int, ...]
    dates: tuple[DatePhrase, ...]


def negated(tokens: Sequence[str], found: Found, language: Language) -> bool:
    """Whether a status word at this place is denied by the words around it ("will not be delayed")."""
    cues = language.scanner.scan(tokens[max(0, found.start - BEFORE) : found.end + AFTER])
    return _negated(_shift(cues, max(0, found.start - BEFORE)), found, language.code, tokens)


def read_sentence(sentence: Sentence, language: Language, now: datetime) -> SentenceStatus:
    """The claims of one sentence; `now` is the post's own time."""
    found = language.scanner.scan(sentence.words, sentence.clauses)
    cues = [f for f in found if f.label.startswith("cue.")]
    dates = tuple(date_phrases(sentence.words, language.dates, now))
    kinds = {f.label for f in cues}
    claims = []
    for hit in _longest([*_statuses(found, dates)]):
        if _negated(cues, hit, language.code, sentence.words):
            continue
        claims.append(_claim(hit, cues, dates, now, sentence))
    doubt = any(f.label == "cue.doubt" for f in cues if not _inside_any(f, cues, "cue.confirm"))
    return SentenceStatus(
        claims=tuple(claims),
        doubt=doubt,
        again=_is_again(cues, claims, sentence),
        undated="cue.undated" in kinds,
        confirm="cue.confirm" in kinds,
        comment=_is_comment(cues),
        formal="cue.formal" in kinds,
        contrasts=tuple(c.start for c in cues if c.label == "cue.contrast"),
        dates=dates,
    )


def _claim(
    hit: Found, cues: Sequence[Found], dates: Sequence[DatePhrase], now: datetime, sentence: Sentence
) -> Claim:
    status = hit.label.partition(".")[2]
    near = [
        c
        for c in cues
        if hit.start - BEFORE <= c.start and c.end <= hit.start and _same_clause(sentence, c, hit)
    ]
    labels = {c.label for c in near if hit.start - c.end <= 3}
    if status == "released" and "cue.plan" in {c.label for c in near if hit.start - c.end <= 2}:
        status = "scheduled" if any(d.expected.at > now and not d.origin for d in dates) else "announced"
    elif status == "scheduled" and not any(d.expected.ends > now and not d.origin for d in dates):
        status = "announced"  # "will be released", with no word of when, sets no date
    elif status == "released" and _will_be(hit, dates, now, sentence):
        status = "scheduled"
    past = any(d.expected.ends < now - timedelta(days=10) and 0 <= d.start - hit.end <= 2 for d in dates)
    after = [
        c for c in cues if c.label == "cue.background" and 0 <= c.start - hit.end <= 1 and c.end - c.start > 1
    ]
    return Claim(
        status,
        hit.start,
        hit.end,
        possible="cue.modal" in labels,
        background="cue.background" in labels or past or bool(after),
    )


def _statuses(found: Sequence[Found], dates: Sequence[DatePhrase]) -> Iterator[Found]:
    """The status words, and those forms that are one only when a date follows ("slips to July")."""
    barred = [f for f in found if f.label.startswith("except.")]
    for hit in found:
        if any(b.label[7:] == hit.label[7:] and b.start <= hit.start and hit.end <= b.end for b in barred):
            continue
        if hit.label.startswith("status.") or (
            hit.label.startswith("dated.") and any(0 <= d.start - hit.end < DATE_WITHIN for d in dates)
        ):
            yield hit


def _will_be(hit: Found, dates: Sequence[DatePhrase], now: datetime, sentence: Sentence) -> bool:
    """Whether the present tense speaks of a day to come ("launches June 5")."""
    return any(
        d.expected.at > now + timedelta(days=1) and 0 <= d.start - hit.end <= SAME_PHRASE and not d.origin
        for d in dates
        if not sentence.clauses or sentence.clauses[d.start] == sentence.clauses[hit.start]
    )


def _is_again(cues: Sequence[Found], claims: Sequence[Claim], sentence: Sentence) -> bool:
    reach = AGAIN_WITHIN if sentence.zone is Zone.TITLE else BEFORE
    return any(
        c.label == "cue.again" and max(c.start - claim.end, claim.start - c.end) < reach
        for c in cues
        for claim in claims
        if not claim.background
    )


def _same_clause(sentence: Sentence, a: Found, b: Found) -> bool:
    return not sentence.clauses or sentence.clauses[a.start] == sentence.clauses[b.start]


def _longest(hits: list[Found]) -> list[Found]:
    """Without those inside a longer one: "calls off" is not also "off"; at one place the longest tells."""
    return [
        h
        for h in hits
        if not any(
            o is not h and o.start <= h.start and h.end <= o.end and o.end - o.start > h.end - h.start
            for o in hits
        )
    ]


def _negated(cues: Sequence[Found], hit: Found, code: str, tokens: Sequence[str]) -> bool:
    for cue in cues:
        if cue.label != "cue.negation" or _inside_any(cue, cues, "cue.undated"):
            continue
        if hit.start <= cue.start < hit.end:
            # "n'a jamais reporté" is denied from within; "ne sortira pas avant" says it by its "ne".
            if hit.start < cue.start and cue.end < hit.end and tokens[hit.start] not in _NEGATIVE:
                return True
            continue
        before = 0 <= hit.start - cue.end < BEFORE
        after = 0 <= cue.start - hit.end < AFTER and (code in _VERB_FIRST or _is_embraced(hit, code, tokens))
        if before or after:
            return True
    return False


def _is_embraced(hit: Found, code: str, tokens: Sequence[str]) -> bool:
    """French puts its verb between two words of negation: "ne repoussera pas"."""
    return code == "fr" and any(word in ("ne", "n") for word in tokens[max(0, hit.start - 2) : hit.start])


def _inside_any(cue: Found, cues: Sequence[Found], label: str) -> bool:
    return any(o.label == label and o.start <= cue.start and cue.end <= o.end for o in cues)


def _is_comment(cues: Sequence[Found]) -> bool:
    return any(c.label == "cue.comment" and c.start <= 1 for c in cues)


def _shift(found: Sequence[Found], by: int) -> list[Found]:
    return [Found(f.label, f.start + by, f.end + by) for f in found]
