"""Folding makes words of one kind equal, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fold import fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Open-Weight", "open weight"),
        ("modèle à poids ouverts", "modele a poids ouverts"),
        ("L’été d’OpenAI", "l ete d openai"),
        ("STRASSE Straße", "strasse strasse"),
        ("Œuvre, cœur", "oeuvre, coeur"),
        ("ＧＰＴ", "gpt"),
        ("İstanbul", "istanbul"),
        ("o\u00adpen \u200bAI", "open ai"),
        ("がぎ", "がぎ"),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(min_codepoint=65, max_codepoint=0x24F, categories=["Ll", "Lu"])))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.swapcase()) == fold(text) or text.upper().lower() != text.lower()


def test_words_split_at_everything_that_is_no_letter_or_digit() -> None:
    assert words(fold("gpt-oss-120b: l'annonce, (enfin)!")) == ["gpt", "oss", "120b", "l", "annonce", "enfin"]


def test_each_cjk_character_is_a_word() -> None:
    assert words(fold("OpenAIが延期")) == ["openai", "が", "延", "期"]
