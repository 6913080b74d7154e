"""The language of a post."""

import pytest

from matching.language import UNKNOWN, language_of
from matching.lexicon import load
from tests.matching.texts import post


@pytest.mark.parametrize(
    ("title", "lang"),
    [
        ("OpenAI reporte son modèle à poids ouverts à la fin de l’été", "fr"),
        ("The report says that the model will be late", "en"),
        ("Das Unternehmen verschiebt die Veröffentlichung auf den Sommer", "de"),
        ("Het bedrijf stelt de lancering van het model uit", "nl"),
        ("オープンモデルの公開を延期した", "ja"),
        ("开放模型推迟发布", "zh"),
        ("GPT", UNKNOWN),
    ],
)
def test_detects(title: str, lang: str) -> None:
    if lang in ("ja", "zh") and lang not in load().languages:
        lang = UNKNOWN
    assert language_of(post(title), load()) == lang


def test_believes_the_source_on_a_short_title() -> None:
    assert language_of(post("GPT-5 report", lang="fr-FR"), load()) == "fr"


def test_overrules_a_tag_that_the_text_contradicts() -> None:
    item = post(
        "T",
        "The company said that it will not be ready and that the model is late for the summer.",
        lang="fr",
    )
    assert language_of(item, load()) == "en"


def test_a_language_that_is_not_in_the_lexicon_stays_unknown() -> None:
    assert language_of(post("Spoločnosť odložila model", lang="sk"), load()) == UNKNOWN
