"""The small language of word forms."""

import pytest

from matching.fold import fold, words
from matching.forms import FormError, Found, Scanner, match_at, parse_form


def found(form: str, text: str) -> list[str]:
    tokens = words(fold(text))
    return [" ".join(tokens[f.start : f.end]) for f in Scanner([("x", parse_form(form))]).scan(tokens)]


@pytest.mark.parametrize(
    ("form", "text", "hits"),
    [
        ("delay", "a delay, delays", ["delay"]),
        ("postpon*", "postponed and postponement, pone", ["postponed", "postponement"]),
        ("*verschiebung", "die Terminverschiebung", ["terminverschiebung"]),
        ("push|pushes back", "it pushes back", ["pushes back"]),
        ("push _ back", "push the big launch back", ["push the big launch back"]),
        ("push _ back", "push it a very long way back", []),
        ("set for? june", "set June, set for June", ["set june", "set for june"]),
        ("repoussé à", "repoussé à demain", ["repousse a"]),
        ("s'engage", "il s'engage", ["s engage"]),
        ("延期", "モデルの延期", ["延 期"]),
    ],
)
def test_finds(form: str, text: str, hits: list[str]) -> None:
    assert found(form, text) == hits


@pytest.mark.parametrize("form", ["", "_ back", "push _", "maybe?", "a? b", "?", "d'ici|demain"])
def test_refuses(form: str) -> None:
    with pytest.raises(FormError, match=r"."):
        parse_form(form)


def test_the_longest_occurrence_of_a_label_counts_once() -> None:
    scanner = Scanner([("x", parse_form("push")), ("x", parse_form("push back")), ("y", parse_form("push"))])
    assert scanner.scan(["push", "back"]) == [Found("x", 0, 2), Found("y", 0, 1)]


def test_no_occurrence_reaches_over_a_clause() -> None:
    scanner = Scanner([("x", parse_form("reporte le"))])
    assert scanner.scan(["reporte", "le"], [0, 1]) == []
    assert scanner.scan(["il", "reporte", "le"], [0, 1, 1]) == [Found("x", 1, 3)]


def test_a_form_ends_where_the_words_end() -> None:
    assert match_at(parse_form("push back"), ["push"], 0) is None
