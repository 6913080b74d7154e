"""The watch language: what is understood, and how what is not is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.query import And, Near, Not, Or, QueryError, Term, count_terms, parse


def word(text: str, field: str | None = None) -> Term:
    return Term("word", text, field)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("delay", word("delay")),
        ("open-weight delay", And((word("open-weight"), word("delay")))),
        ("a OR b OR c", Or((word("a"), word("b"), word("c")))),
        ("(a OR b) c", And((Or((word("a"), word("b"))), word("c")))),
        ("a -b", And((word("a"), Not(word("b"))))),
        ("a NOT (b OR c)", And((word("a"), Not(Or((word("b"), word("c"))))))),
        ('"open model"', Term("phrase", "open model")),
        ("postpon*", Term("prefix", "postpon")),
        ("title:delay", word("delay", "title")),
        ('source:"Le Monde"', Term("phrase", "Le Monde", "source")),
        ("a NEAR b", Near(word("a"), word("b"), 5)),
        ("a NEAR/2 (b OR c)", Near(word("a"), Or((word("b"), word("c"))), 2)),
        ("=Report", Term("exact", "Report")),
        ('="to report"', Term("exact", "to report")),
        ("/del(ay|ais)/", Term("regex", "del(ay|ais)")),
        ("*", Term("all", "*")),
        ("* lang:fr", And((Term("all", "*"), word("fr", "lang")))),
        ("gpt-5 l'annonce", And((word("gpt-5"), word("l'annonce")))),
    ],
)
def test_understands(query: str, tree: object) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "column", "says"),
    [
        ("", 1, "empty"),
        ("a OR b c", 8, "two ways"),
        ("a b OR c", 5, "two ways"),
        ("(a", 3, "closing parenthesis"),
        ("a)", 2, "closes nothing"),
        ('a "b', 3, "closing quote"),
        ("a /b", 3, "two slashes"),
        ("a OR", 3, "OR"),
        ("-a", 1, "must not be there"),
        ("a OR -b", 1, "must not be there"),
        ("a or b", 3, "in capitals"),
        ("foo:bar", 1, "no field"),
        ("/(/", 1, "not valid"),
        ("/a*/", 1, "empty text"),
        ("title:a NEAR b", 1, "NEAR stands between"),
        ("a - b", 3, "cannot stand|needs"),
        ('"!!"', 1, "no letter"),
        ("…", 1, "no letter"),
        ("NOT", 1, "needs something"),
        ("title:(a)", 7, "cannot stand"),
        ("a NEAR NEAR b", 8, "cannot stand|needs|NEAR"),
    ],
)
def test_points_at_the_place(query: str, column: int, says: str) -> None:
    with pytest.raises(QueryError, match=says) as caught:
        parse(query)
    assert caught.value.column == column
    assert str(caught.value).splitlines()[-1] == " " * (2 + column - 1) + "^"


@pytest.mark.parametrize("query", ["x" * 3_000, "(" * 20 + "a" + ")" * 20, " ".join(["a"] * 100)])
def test_has_limits(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query)


def test_counts_terms() -> None:
    assert count_terms(parse("a -b (c OR d) e NEAR f")) == 6


def is_understood_or_explained(text: str) -> bool:
    try:
        return count_terms(parse(text)) > 0
    except QueryError as error:
        return error.column >= 1 and bool(error.message)


@given(st.text(max_size=60))
def test_understands_or_explains_everything(text: str) -> None:
    assert is_understood_or_explained(text)


@given(st.text(alphabet='ab ORNT"()-*/=:', max_size=40))
def test_understands_or_explains_every_operator(text: str) -> None:
    assert is_understood_or_explained(text)
