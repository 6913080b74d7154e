"""Whether what a post reports of an event is a new development, or evidence for a known one.

Similarity of words hardly separates "the same again" from "the next step"; status, dates, stated
repetition and time do, in this order. Each rule answers with its reason in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from matching.acts import kindred, new_acts
from matching.decision import DAYS, Development, EventHit, EventState, Expected, Signature
from matching.signature import similarity

WEAK = frozenset({"rumoured", "announced", "scheduled"})
"""Statuses that every later article repeats as background; they do not ring over a stronger one."""

SAME_BREATH = timedelta(hours=60)
"""Reports of one development that come this close need no further likeness than that nothing speaks against
it.
"""
STALE = timedelta(days=21)
"""The same status told in a title this long after the last report of it happens anew."""
LINGER = timedelta(days=75)
"""How long a status that has been overtaken is still being reported late."""
AGAIN_AFTER = timedelta(days=4)
SETTLED = timedelta(days=14)
FRESH, FADED = 0.15, 0.3
CONFIRMED_WITHIN = timedelta(days=4)
FORMAL_AFTER = timedelta(days=3)
ALIKE = 0.20
NEW_ACT = 0.75

_KINDRED = (
    {"delayed", "suspended"},
    {"released", "resumed"},
    {"cancelled", "suspended"},
    {"cancelled", "denied"},
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """new: a development of its own. Else `story_id`: the story it is evidence for, or None: silent."""

    new: bool
    story_id: int | None
    status: str | None
    sure: bool
    score: float
    why: str
    expected: Expected | None = None


def judge(hit: EventHit, state: EventState, signature: Signature, at: datetime) -> Verdict:
    """What `hit`, reported at `at` by a post of this signature, means to the event."""
    past = [d for d in state.developments if d.first_at <= at + SAME_BREATH]
    hit = _against(hit, past, at)
    if not hit.about:
        return _passing(hit, past, signature, at)
    if not past:
        return _first(hit, state)
    latest = _latest_status(past)
    acts_instead = bool(signature.actions) and (
        not hit.in_title or (hit.status in WEAK and signature.in_title)
    )
    if hit.status is None or (acts_instead and not (hit.in_title and hit.expected)):
        return _no_status(hit, past, signature, at)
    if latest is None:
        return _first_status(hit, past, signature, at)
    if hit.status == latest.status:
        return _same_status(hit, latest, at)
    return _other_status(hit, latest, past, signature, at)


def _against(hit: EventHit, past: Sequence[Development], at: datetime) -> EventHit:
    """The hit read in the light of the past.

    A delay that names the date already known names the old one; a date set later than the known one is a
    delay.
    """
    known = next((d for d in reversed(past) if d.expected is not None and d.status != "released"), None)
    if known is None or hit.expected is None:
        return hit
    before = known.status != "delayed" and not _same_breath(known, at)
    if hit.status == "delayed" and before and not _moved(hit.expected, known.expected):
        return replace(hit, expected=None)
    return hit


def _passing(hit: EventHit, past: Sequence[Development], signature: Signature, at: datetime) -> Verdict:
    """A post that is only half about the event rings for nothing; it may still be evidence."""
    recent = [d for d in past if at - d.last_at < SETTLED]
    if recent:
        nearest, score = _alike(recent, signature, at)
        if score >= ALIKE:
            return _joins(nearest, hit, score, "touches what is known")
    return Verdict(False, None, None, hit.sure, hit.score, "touches the event, but is not about it")


def _first(hit: EventHit, state: EventState) -> Verdict:
    if hit.status is not None and hit.status == state.status and not _moved(hit.expected, state.expected):
        return Verdict(False, None, hit.status, hit.sure, 0.0, f"the event is known to be {hit.status}")
    if hit.comment and hit.status is None:
        return Verdict(False, None, None, hit.sure, 0.0, "a commentary that reports nothing new")
    return Verdict(True, None, hit.status, hit.sure, 1.0, "the first report of this event", hit.expected)


def _latest_status(past: Sequence[Development]) -> Development | None:
    return next((d for d in reversed(past) if d.status is not None), None)


def _joins(
    development: Development, hit: EventHit, score: float, why: str, status: str | None = None
) -> Verdict:
    return Verdict(
        False, development.story_id, status or development.status, hit.sure, score, why, hit.expected
    )


def _new(hit: EventHit, score: float, why: str) -> Verdict:
    return Verdict(True, None, hit.status, hit.sure, score, why, hit.expected)


def _alike(past: Sequence[Development], signature: Signature, at: datetime) -> tuple[Development, float]:
    """The development most like the post, the recent before the old, and how alike it is, 0 to 1."""
    scored = []
    for development in past:
        known = development.signature
        score = max(similarity(known, signature, same_language=same) for same in (True, False))
        age = max(timedelta(), at - development.last_at)
        bonus = FRESH if _same_breath(development, at) else 0.0
        scored.append((score * (1 - FADED * min(age / STALE, 1.0)) + bonus, score, development))
    _, score, best = max(scored, key=lambda s: (s[0], s[2].last_at))
    return best, score


def _no_status(hit: EventHit, past: Sequence[Development], signature: Signature, at: datetime) -> Verdict:
    """Developments outside the status list: a decisive act that no recent development has."""
    nearest, score = _alike(past, signature, at)
    last = max(past, key=lambda d: d.last_at)
    if hit.comment or hit.score < NEW_ACT or (not hit.sure and hit.score < 1):
        return _commentary(hit, nearest, score)
    fresh = [d for d in past if at - d.last_at < STALE]
    acts = new_acts(signature.actions, {a for d in fresh for a in d.signature.actions})
    same = next(
        (d for d in reversed(past) if _same_breath(d, at) and kindred(acts, d.signature.actions)), None
    )
    if acts and same is not None:
        return _joins(same, hit, score, f"the same development in other words: {', '.join(acts)}")
    if acts and (signature.in_title or not _same_breath(last, at)):
        return _new(hit, 0.8, f"a new act: {', '.join(acts)}")
    told = [d for d in past if set(d.signature.actions) & set(signature.actions)]
    if hit.formal and told and at - max(d.first_at for d in told) > FORMAL_AFTER:
        return _new(hit, 0.7, "what was known is official now")
    if at - last.last_at > STALE and hit.score >= 1 and hit.sure:
        return _new(hit, 0.6, f"nothing was heard of the event for {(at - last.last_at).days} days")
    recent = [d for d in told if _same_breath(d, at)]
    return _joins(recent[-1] if recent else nearest, hit, score, "reports no act that is not known")


def _same_breath(development: Development, at: datetime) -> bool:
    return abs(at - development.first_at) <= SAME_BREATH


def _commentary(hit: EventHit, nearest: Development, score: float) -> Verdict:
    if score >= ALIKE:
        return _joins(nearest, hit, score, "a commentary on what is known")
    return Verdict(False, None, None, hit.sure, score, "about the event, but reports no development")


def _first_status(hit: EventHit, past: Sequence[Development], signature: Signature, at: datetime) -> Verdict:
    nearest, score = _alike(past, signature, at)
    if _same_breath(nearest, at) and score >= ALIKE:
        return _joins(nearest, hit, score, "the same development, now with its status", hit.status)
    if hit.comment or hit.status == "rumoured":
        return _joins(nearest, hit, score, "a commentary or a rumour on what is known")
    return _new(hit, 1 - score, f"the first report that it is {hit.status}")


def _same_status(hit: EventHit, latest: Development, at: datetime) -> Verdict:
    since_first, since_last = at - latest.first_at, at - latest.last_at
    if hit.comment or since_first <= SAME_BREATH:
        return _joins(latest, hit, 1.0, f"the same status, {hit.status}, reported by another post")
    if not hit.sure and latest.sure and hit.status in WEAK:
        return _joins(latest, hit, 1.0, f"a rumour of what is known: {hit.status}")
    if hit.status in ("delayed", "scheduled") and hit.in_title and _moved(hit.expected, latest.expected):
        return _new(hit, 0.9, f"{hit.status} with another date than before")
    if hit.status == "scheduled" and hit.in_title and _finer(hit.expected, latest.expected):
        return _new(hit, 0.8, "the date is set more exactly")
    if hit.undated and latest.expected is not None and hit.expected is None and hit.status == "delayed":
        return _new(hit, 0.9, "delayed once more, now without a date")
    if (
        hit.again
        and hit.in_title
        and since_first > AGAIN_AFTER
        and (since_first > SETTLED or latest.expected is not None)
    ):
        return _new(hit, 0.8, f"{hit.status} again, {since_first.days} days after the last time")
    if since_last > STALE and hit.score >= NEW_ACT and hit.in_title and hit.status not in WEAK:
        return _new(hit, 0.7, f"{hit.status}, {since_last.days} days after the last report of that")
    return _joins(latest, hit, 1.0, f"the known status, {hit.status}, once more")


def _other_status(
    hit: EventHit, latest: Development, past: Sequence[Development], signature: Signature, at: datetime
) -> Verdict:
    earlier = next((d for d in reversed(past) if d.status == hit.status), None)
    if hit.status in WEAK:
        return _weak_status(hit, latest, earlier, at)
    if hit.comment:
        return _joins(latest, hit, 0.5, "a commentary on what is known")
    if (
        _same_breath(latest, at)
        and _says_the_same(hit, latest)
        and _alike([latest], signature, at)[1] >= ALIKE
    ):
        return _joins(latest, hit, 0.8, f"the same development, said more exactly: {hit.status}", hit.status)
    if earlier is not None and hit.sure and not earlier.sure:
        return _new(hit, 0.9, f"{hit.status}, now confirmed, after {latest.status}")
    late = earlier is not None and at - earlier.last_at < LINGER
    if (
        earlier is not None
        and late
        and not ((hit.again or _moved(hit.expected, earlier.expected)) and hit.in_title)
    ):
        return _joins(earlier, hit, 0.6, f"a late report that it was {hit.status}")
    return _new(hit, 1.0, f"{hit.status}, after {latest.status}")


def _says_the_same(hit: EventHit, latest: Development) -> bool:
    """Whether two statuses reported at one time can be two words for one thing."""
    pair = {hit.status, latest.status}
    if any(pair <= kin for kin in _KINDRED):
        return True
    return latest.status in WEAK and (
        hit.expected is None or latest.expected is None or not _moved(hit.expected, latest.expected)
    )


def _weak_status(hit: EventHit, latest: Development, earlier: Development | None, at: datetime) -> Verdict:
    known = [d.expected for d in (latest, earlier) if d is not None]
    if _sets_a_date(hit, latest, known, at):
        return _new(hit, 0.8, "a date is set" if hit.sure else "a date is rumoured")
    if latest.status == "rumoured" and hit.status != "rumoured" and at - latest.first_at > CONFIRMED_WITHIN:
        return _new(hit, 0.9, f"{hit.status}, after rumours")
    if latest.status == "rumoured" and hit.status != "rumoured":
        return _joins(latest, hit, 0.9, "the rumour is confirmed", hit.status)
    if (
        latest.status == "cancelled"
        and hit.status != "rumoured"
        and not _same_breath(latest, at)
        and hit.sure
        and hit.in_title
        and not hit.comment
    ):
        return _new(hit, 0.8, f"{hit.status}, after it was cancelled")
    target = (
        earlier if earlier is not None and at - earlier.last_at < LINGER and latest.status in WEAK else latest
    )
    return _joins(target, hit, 0.5, f"{hit.status} is no news: it is {latest.status}")


def _sets_a_date(hit: EventHit, latest: Development, known: Sequence[Expected | None], at: datetime) -> bool:
    """Whether the post names a date that is new, precisely, in its title, and not as a commentary."""
    if (
        hit.expected is None
        or hit.comment
        or hit.score < NEW_ACT
        or not hit.in_title
        or _same_breath(latest, at)
    ):
        return False
    fine = ("day", "week", "month") if hit.sure else ("day", "week")
    if hit.expected.precision not in fine or hit.status == "announced":
        return False
    return all(k is None or _moved(hit.expected, k) or _finer(hit.expected, k) for k in known)


def _moved(new: Expected | None, old: Expected | None) -> bool:
    """Whether the expected date is another one: beyond what the coarser precision of the two leaves open."""
    if new is None or old is None:
        return False
    return new.at >= old.ends or old.at >= new.ends


def _finer(new: Expected | None, old: Expected | None) -> bool:
    """Whether a day is now named where a month or more was, or a week where a season was."""
    if new is None or old is None:
        return False
    return DAYS[old.precision] >= 28 and DAYS[new.precision] * 12 <= DAYS[old.precision]
