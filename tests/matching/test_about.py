"""Whether a post is about an event, and what it reports."""

import pytest

from matching.compiled import CompiledWatches
from tests.matching.texts import EVENT, event, event_hit, post

FILLER = " ".join(f"Sentence number {n} speaks of something else entirely." for n in "abcdefg")


def about(title: str, text: str = "", lang: str = "en") -> bool:
    hit = event_hit(post(title, text, lang))
    return hit is not None and hit.about


def test_who_and_what_in_the_title() -> None:
    assert about("OpenAI delays its open model")


def test_what_in_the_title_and_who_first_in_the_lead() -> None:
    assert about("The open model is late", "OpenAI delays its open model, it says today.")


def test_what_in_the_title_and_who_alone_in_the_lead() -> None:
    assert about("The open model is late", "OpenAI said on Friday that it needs time.")


def test_who_in_the_title_and_both_in_the_lead() -> None:
    assert about(
        "OpenAI changes its plans", "The company now delays the open model. OpenAI and its open model wait."
    )


def test_both_in_the_lead_and_below() -> None:
    text = "In Paris, OpenAI showed its open model to friends. Nobody else saw the open model of OpenAI."
    assert about("A day in Paris", text)


def test_another_actor_in_the_title_is_not_this_event() -> None:
    hit = event_hit(
        post(
            "Alibaba releases an open model",
            "Alibaba puts a new open model online this week, as OpenAI plans to.",
            "en",
        )
    )
    assert hit is None or hit.score < 0.55


def test_a_mention_in_the_lead_or_body_is_kept_for_why_only() -> None:
    hit = event_hit(post("Stocks today", f"Shares rose. {FILLER} OpenAI has an open model.", "en"))
    assert hit is not None
    assert not hit.about
    assert "mentions" in hit.why
    far = event_hit(post("Stocks today", f"OpenAI rose. {FILLER} An open model fell.", "en"))
    assert far is not None
    assert not far.about


def test_the_lead_alone_is_a_touch() -> None:
    hit = event_hit(post("Stocks today", f"The market liked that OpenAI has an open model. {FILLER}", "en"))
    assert hit is not None
    assert hit.score == pytest.approx(0.45)
    other = event_hit(
        post("OpenAI today", f"Shares of it rose a little. An open model was shown there. {FILLER}", "en")
    )
    assert other is not None
    assert other.score == pytest.approx(0.5)


def test_neither_who_nor_what_is_no_hit() -> None:
    assert EVENT.read(post("OpenAI hires a chef", lang="en")) is None


def test_a_short_name_stands_for_the_full_one() -> None:
    compiled = CompiledWatches([], [event(["Élise Garnier"], ["open model"])])
    hit = event_hit(
        post("Garnier delays her open model", "Élise Garnier said so on Friday to all.", "en"), compiled
    )
    assert hit is not None
    assert hit.score == 1.0


def test_an_event_of_a_launch_takes_any_status_for_what() -> None:
    compiled = CompiledWatches([], [event(["Switch 2"], ["launch"])])
    hit = event_hit(post("Nintendo delays the Switch 2", lang="en"), compiled)
    assert hit is not None
    assert hit.status == "delayed"


def test_a_status_that_is_the_subject_reports_nothing() -> None:
    compiled = CompiledWatches([], [event(["pension reform"], ["suspension"])])
    hit = event_hit(post("Parliament votes the suspension of the pension reform", lang="en"), compiled)
    assert hit is not None
    assert hit.status is None


def test_a_title_that_only_names_a_date_sets_it() -> None:
    compiled = CompiledWatches([], [event(["Switch 2"], ["release date", "pre-orders"])])
    hit = event_hit(post("Switch 2 pre-orders: July 24", lang="en"), compiled)
    assert hit is not None
    assert (hit.status, hit.in_title) == ("scheduled", True)
    assert hit.expected is not None
    assert hit.expected.words == "july 24"


def test_an_unknown_language_is_read_without_a_status() -> None:
    hit = event_hit(post("OpenAI odložila open model", lang="sk"))
    assert hit is not None
    assert hit.about
    assert hit.status is None


@pytest.mark.parametrize(
    ("title", "text", "status", "sure"),
    [
        ("OpenAI delays its open model", "", "delayed", True),
        ("OpenAI may delay its open model", "", "delayed", False),
        ("OpenAI reportedly delays its open model", "", "delayed", False),
        ("OpenAI's open model is late", "Sources say OpenAI delays its open model again.", "delayed", False),
        ("OpenAI could release its open model", "", "rumoured", False),
        ("OpenAI will release its open model", "", "announced", True),
        ("OpenAI will release its open model on July 3", "", "scheduled", True),
        ("OpenAI launches its open model July 3", "", "scheduled", True),
        ("OpenAI releases its open model", "", "released", True),
        ("OpenAI's open model was delayed in March", "", "delayed", True),
        ("OpenAI pushes back on open model critics", "", None, True),
        ("OpenAI's open model and its users", "", None, True),
        ("OpenAI moves its open model to July", "", "delayed", True),
    ],
)
def test_reports(title: str, text: str, status: str | None, sure: bool) -> None:
    hit = event_hit(post(title, text, "en"))
    assert hit is not None
    assert (hit.status, hit.sure) == (status, sure)


def test_background_in_the_text_is_not_reported() -> None:
    hit = event_hit(
        post("OpenAI's open model and its friends", "OpenAI had delayed its open model before.", "en")
    )
    assert hit is not None
    assert hit.status is None


def test_the_new_date_of_a_delay_is_expected_not_the_old() -> None:
    hit = event_hit(post("OpenAI delays its open model from July 3 to August 5", lang="en"))
    assert hit is not None
    assert hit.expected is not None
    assert str(hit.expected.at.date()) == "2025-08-05"


def test_a_delay_without_a_date_expects_none() -> None:
    hit = event_hit(
        post("OpenAI delays its open model indefinitely", "It was to come next week, OpenAI says.", "en")
    )
    assert hit is not None
    assert (hit.undated, hit.expected) == (True, None)


def test_says_again_and_comment_and_formal() -> None:
    again = event_hit(post("OpenAI delays its open model again", lang="en"))
    comment = event_hit(post("Opinion: OpenAI and its open model", lang="en"))
    formal = event_hit(post("It's official: OpenAI delays its open model", lang="en"))
    assert again is not None
    assert again.again
    assert comment is not None
    assert comment.comment
    assert formal is not None
    assert formal.formal


def test_negation_after_the_verb_in_german() -> None:
    hit = event_hit(post("OpenAI verschiebt sein offenes Modell nicht", lang="de"))
    assert hit is not None
    assert hit.status is None


@pytest.mark.parametrize(
    ("title", "acts", "in_title"),
    [
        ("Court blocks the open model of OpenAI", ("ruling",), True),
        ("OpenAI will sue over its open model", ("lawsuit~",), True),
        ("OpenAI refuses to sell its open model", ("refusal",), True),
        ("OpenAI never sued over its open model", (), False),
        ("OpenAI and its open model", (), False),
    ],
)
def test_acts_of_a_title(title: str, acts: tuple[str, ...], in_title: bool) -> None:
    reading = EVENT.read(post(title, lang="en"))
    assert reading is not None
    assert reading.signature.actions == acts
    assert reading.signature.in_title is in_title


def test_of_acts_below_the_title_the_first_counts() -> None:
    reading = EVENT.read(
        post("OpenAI's open model today", "A court ruled that OpenAI must pay, and OpenAI appealed it.", "en")
    )
    assert reading is not None
    assert len(reading.signature.actions) == 1
    assert not reading.signature.in_title


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("OpenAI delays its open model, due this week, to September", "2025-09-01"),
        ("OpenAI delays its open model to this winter", "2025-12-01"),
        ("OpenAI delays its open model to August and its browser to September", "2025-09-01"),
        ("OpenAI delays its open model in 2025", None),
        ("OpenAI's open model is scheduled for this year", "2025-01-01"),
        ("OpenAI's open model is due on June 21", "2025-06-21"),
        ("OpenAI's open model is due on August 5 and on September 9", "2025-08-05"),
    ],
)
def test_expected_dates_lie_ahead(title: str, expected: str | None) -> None:
    hit = event_hit(post(title, lang="en"))
    assert hit is not None
    assert (str(hit.expected.at.date()) if hit.expected else None) == expected


def test_a_date_beside_another_status_counts_for_want_of_a_better() -> None:
    hit = event_hit(
        post("OpenAI delays its open model", "OpenAI says its open model is scheduled for October 3.", "en")
    )
    assert hit is not None
    assert hit.status == "delayed"
    assert hit.expected is not None
    assert hit.expected.words == "october 3"


def test_but_sets_one_thing_against_another() -> None:
    hit = event_hit(post("OpenAI delays its browser but its open model is released", lang="en"))
    assert hit is not None
    assert hit.status == "released"
