"""New development, or evidence for a known one: the rules one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from matching.decision import Development, EventHit, EventState, Expected, Signature
from matching.development import Verdict, judge
from tests.matching.texts import NOW

HIT = EventHit(1, 0, True, "delayed", None, True, "A sentence.", ("openai",), 1.0, "why")
SAME = Signature({"@openai": 3.0, "word.model": 2.0})
OTHER = Signature({"@nasa": 3.0})


def day(text: str, precision: str = "day") -> Expected:
    return Expected(datetime.fromisoformat(text).replace(tzinfo=UTC), precision)


AUGUST, SEPTEMBER, SUMMER = (
    day("2025-08-01", "month"),
    day("2025-09-01", "month"),
    day("2025-06-01", "season"),
)
LATE_JULY = day("2025-07-25")


def step(status: str | None, *, days: float, last: float | None = None, expected: Expected | None = None,
         sure: bool = True, signature: Signature = SAME, story: int = 7) -> Development:  # fmt: skip
    first = NOW - timedelta(days=days)
    return Development(
        story, status, expected, sure, first, NOW - timedelta(days=days if last is None else last), signature
    )


def verdict(
    hit: EventHit, *past: Development, signature: Signature = SAME, status: str | None = None
) -> Verdict:
    return judge(hit, EventState(1, 0, status, None, None, past), signature, NOW)


def says(**fields: object) -> EventHit:
    return replace(HIT, **fields)  # type: ignore[arg-type]


def test_the_first_report_is_new() -> None:
    assert verdict(HIT).new


def test_what_the_user_declared_is_not_new() -> None:
    assert not verdict(HIT, status="delayed").new
    assert verdict(says(status="released"), status="delayed").new


def test_a_first_commentary_without_status_is_silent() -> None:
    silent = verdict(says(status=None, comment=True))
    assert (silent.new, silent.story_id) == (False, None)


@pytest.mark.parametrize(
    ("hit", "known", "new"),
    [
        # the same status
        (says(), step("delayed", days=1), False),
        (says(), step("delayed", days=30, last=10), False),
        (says(), step("delayed", days=40), True),
        (says(in_title=False), step("delayed", days=40), False),
        (says(comment=True), step("delayed", days=40), False),
        (says(again=True), step("delayed", days=30, last=10), True),
        (says(again=True), step("delayed", days=7), False),
        (says(again=True), step("delayed", days=7, expected=day("2025-08-01", "season")), True),
        (says(expected=SEPTEMBER), step("delayed", days=20, last=5, expected=AUGUST), True),
        (says(expected=day("2025-08-05")), step("delayed", days=20, last=5, expected=AUGUST), False),
        (says(undated=True), step("delayed", days=20, last=5, expected=AUGUST), True),
        (says(status="announced", sure=False), step("announced", days=20, last=5), False),
        (says(status="scheduled", expected=LATE_JULY), step("scheduled", days=20, expected=SUMMER), True),
        (says(status="scheduled"), step("scheduled", days=20, last=5), False),
        # another status
        (says(), step("announced", days=40), True),
        (says(status="released"), step("delayed", days=20), True),
        (says(status="released", comment=True), step("delayed", days=20), False),
        (says(), step("scheduled", days=1), False),
        (says(), step("suspended", days=1), False),
        (says(), step("denied", days=1), True),
        # what is weak rings only with a date that is new
        (says(status="announced"), step("delayed", days=20), False),
        (says(status="rumoured", sure=False), step("released", days=20), False),
        (says(status="scheduled", expected=AUGUST), step("delayed", days=20, expected=SEPTEMBER), True),
        (says(status="scheduled", expected=LATE_JULY), step("delayed", days=20, expected=SUMMER), True),
        (says(status="scheduled", expected=AUGUST), step("delayed", days=20, expected=SUMMER), False),
        (says(status="scheduled", expected=day("2025-08-05")), step("announced", days=20), True),
        (says(status="scheduled", expected=day("2025-08-05")), step("delayed", days=1), False),
        (says(status="scheduled", expected=AUGUST, in_title=False), step("delayed", days=20), False),
        (says(status="scheduled", expected=day("2025-08-01", "season")), step("delayed", days=20), False),
        (says(status="announced"), step("cancelled", days=20), True),
        (says(status="announced"), step("rumoured", days=20), True),
        (says(status="announced"), step("rumoured", days=1), False),
        # acts that no status names
        (says(status=None), step(None, days=5), False),
        (says(status=None), step(None, days=40), True),
        (says(status=None, score=0.6), step(None, days=40), False),
        (says(status="rumoured"), step(None, days=20), False),
        (says(), step(None, days=20), True),
        (says(), step(None, days=1), False),
    ],
)  # fmt: skip
def test_rules(hit: EventHit, known: Development, new: bool) -> None:
    told = verdict(hit, known)
    assert told.new is new, told.why
    if not new:
        assert told.story_id == known.story_id


def acting(*acts: str, in_title: bool = True) -> Signature:
    return Signature(SAME.terms, acts, in_title)


@pytest.mark.parametrize(
    ("acts", "known", "new"),
    [
        (acting("lawsuit"), step(None, days=5, signature=acting("refusal")), True),
        (acting("lawsuit"), step(None, days=5, signature=acting("lawsuit~")), True),
        (acting("lawsuit~"), step(None, days=5, signature=acting("lawsuit")), False),
        (acting("approval"), step(None, days=1, signature=acting("vote")), False),
        (acting("approval"), step(None, days=5, signature=acting("vote")), True),
        (acting("lawsuit", in_title=False), step(None, days=1, signature=acting("refusal")), False),
        (acting("lawsuit"), step(None, days=30, signature=acting("lawsuit")), True),
    ],
)
def test_acts(acts: Signature, known: Development, new: bool) -> None:
    assert verdict(says(status=None), known, signature=acts).new is new


def test_what_was_known_may_become_official() -> None:
    known = step(None, days=6, signature=acting("sanction"))
    assert verdict(says(status=None, formal=True), known, signature=acting("sanction")).new
    assert not verdict(says(status=None, formal=False), known, signature=acting("sanction")).new


def test_an_act_in_the_title_counts_before_a_status_below_it() -> None:
    known = step("announced", days=6)
    told = verdict(says(status="delayed", in_title=False), known, signature=acting("lawsuit"))
    assert told.new
    assert "lawsuit" in told.why


def test_a_commentary_unlike_anything_known_is_silent() -> None:
    silent = verdict(says(status=None, comment=True), step(None, days=5), signature=OTHER)
    assert (silent.new, silent.story_id) == (False, None)


def test_a_post_that_only_touches_the_event_never_rings() -> None:
    touching = says(about=False, score=0.5)
    assert verdict(touching, step("announced", days=5)).story_id == 7
    assert verdict(touching, step("announced", days=5), signature=OTHER).story_id is None
    assert not verdict(touching).new


def test_a_rumour_that_was_denied_and_then_confirmed_is_new() -> None:
    rumour = step("delayed", days=20, sure=False, story=1)
    denial = step("denied", days=19, story=2)
    assert verdict(HIT, rumour, denial).new


def test_a_late_report_joins_the_story_it_reports() -> None:
    past = (step("delayed", days=20, story=1), step("released", days=5, story=2))
    assert verdict(HIT, *past).story_id == 1


def test_a_second_delay_after_a_release_date_is_new() -> None:
    past = (step("delayed", days=40, story=1), step("scheduled", days=20, story=2))
    assert verdict(says(again=True), *past).new


def test_a_delay_that_names_the_known_date_names_the_old_one() -> None:
    known = step("scheduled", days=20, expected=day("2025-07-01", "month"))
    told = verdict(says(expected=day("2025-07-03")), known)
    assert told.new
    assert told.expected is None


def test_weak_words_after_a_weak_status_join_the_earlier_one() -> None:
    past = (step("announced", days=20, story=1), step("scheduled", days=10, story=2))
    assert verdict(says(status="announced"), *past).story_id == 1


def test_the_order_of_arrival_within_an_hour_does_not_matter() -> None:
    hits = [says(), says(status="announced"), says(status=None)]
    for first in hits:
        known = replace(step(first.status, days=0), first_at=NOW - timedelta(minutes=30))
        assert [verdict(hit, known).new for hit in hits if hit is not first] == [False, False]
