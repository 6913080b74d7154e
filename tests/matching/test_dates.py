"""Dates in sentences, resolved against the post's time (Friday 20 June 2025)."""

import pytest

from matching.dates import date_phrases
from matching.fold import fold, words
from matching.lexicon import load
from tests.matching.texts import NOW


def read(lang: str, text: str) -> list[tuple[str, str]]:
    found = date_phrases(words(fold(text)), load().languages[lang].dates, NOW)
    return [(str(d.expected.at.date()), d.expected.precision) for d in found]


@pytest.mark.parametrize(
    ("lang", "text", "dates"),
    [
        ("en", "delayed to August 5, 2025", [("2025-08-05", "day")]),
        ("en", "on the 5th of August", [("2025-08-05", "day")]),
        ("en", "due 2025-08-05", [("2025-08-05", "day")]),
        ("en", "by mid-August", [("2025-08-15", "week")]),
        ("en", "in late 2026", [("2026-10-01", "season")]),
        ("en", "early next year", [("2026-01-01", "season")]),
        ("en", "later this summer", [("2025-06-01", "season")]),
        ("en", "next spring", [("2026-03-01", "season")]),
        ("en", "in summer 2026", [("2026-06-01", "season")]),
        ("en", "next week", [("2025-06-23", "week")]),
        ("en", "this month", [("2025-06-01", "month")]),
        ("en", "next month", [("2025-07-01", "month")]),
        ("en", "in Q3 2025", [("2025-07-01", "season")]),
        ("en", "in the second half of 2026", [("2026-07-01", "season")]),
        ("en", "in the third quarter", [("2025-07-01", "season")]),
        ("en", "late this summer", [("2025-08-12", "month")]),
        ("en", "late this month", [("2025-06-25", "week")]),
        ("en", "early next week", [("2025-06-23", "week")]),
        ("en", "tomorrow", [("2025-06-21", "day")]),
        ("en", "by Friday", [("2025-06-27", "day")]),
        ("en", "said on Friday", []),
        ("en", "it may delay", []),
        ("en", "in May", [("2025-05-01", "month")]),
        ("en", "in December", [("2025-12-01", "month")]),
        ("en", "in 2027", [("2027-01-01", "year")]),
        ("en", "the 2027 plan", []),
        ("en", "spring is here", []),
        ("en", "February 31", []),
        ("en", "2025-02-31 and 2025-13-01", []),
        ("en", "early days", []),
        ("fr", "à la mi-août", [("2025-08-15", "week")]),
        ("fr", "décalé à septembre", [("2025-09-01", "month")]),
        ("fr", "il a été", []),
        ("fr", "reporté à 2027", [("2027-01-01", "year")]),
        ("fr", "l’été dernier", []),
        ("fr", "d’ici la fin d’année", [("2025-10-01", "season")]),
        ("fr", "fin août", [("2025-08-25", "week")]),
        ("fr", "la semaine prochaine", [("2025-06-23", "week")]),
        ("fr", "plus tard cet été", [("2025-06-01", "season")]),
        ("fr", "le 1er septembre 2025", [("2025-09-01", "day")]),
        ("fr", "l’été prochain", [("2026-06-01", "season")]),
        ("fr", "au premier trimestre 2026", [("2026-01-01", "season")]),
        ("de", "Mitte August", [("2025-08-15", "week")]),
        ("de", "am 5. August 2025", [("2025-08-05", "day")]),
        ("nl", "eind september", [("2025-09-25", "week")]),
    ],
)
def test_reads(lang: str, text: str, dates: list[tuple[str, str]]) -> None:
    assert read(lang, text) == dates


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("8月5日", [("2025-08-05", "day")]),
        ("2026年3月に", [("2026-03-01", "month")]),
        ("13月", []),
        ("2月31日", []),
    ],
)
def test_reads_the_numerals_of_chinese_and_japanese(text: str, dates: list[tuple[str, str]]) -> None:
    assert read("en", text) == dates


def test_a_date_that_is_given_up_is_marked() -> None:
    found = date_phrases(words(fold("moved from June 3 to August 5")), load().languages["en"].dates, NOW)
    assert [d.origin for d in found] == [True, False]
    assert found[1].pointed


def test_a_date_just_past_is_not_next_years() -> None:
    assert read("en", "on May 2") == [("2025-05-02", "day")]
    assert read("en", "on February 2") == [("2026-02-02", "day")]


def test_a_date_almost_a_year_ahead_has_just_passed() -> None:
    found = date_phrases(["on", "december", "20"], load().languages["en"].dates, NOW.replace(month=1))
    assert str(found[0].expected.at.date()) == "2024-12-20"


def test_a_limit_is_no_date_that_is_given_up() -> None:
    found = date_phrases(words(fold("not before August 5")), load().languages["en"].dates, NOW)
    assert [d.origin for d in found] == [False]
