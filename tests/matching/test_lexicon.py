"""The lexicon files: complete, unambiguous, and refused with the place when they are not."""

import tomllib
from importlib import resources

import pytest

from matching.lexicon import LexiconError, build, load

FILES = {
    f.name: f.read_text("utf-8")
    for f in resources.files("matching.lexicon").iterdir()
    if f.name.endswith(".toml")
}
TABLES = {name: tomllib.loads(text) for name, text in FILES.items()}
ENGLISH = TABLES["en.toml"]


def test_all_languages_are_there() -> None:
    assert set(load().languages) == {"en", "fr", "de", "es", "it", "pt", "nl", "ja", "zh"}


@pytest.mark.parametrize("name", sorted(TABLES))
@pytest.mark.parametrize("kind", ["status", "cue", "family", "action", "word"])
def test_every_language_has_every_concept(name: str, kind: str) -> None:
    assert set(TABLES[name][kind]) == set(ENGLISH[kind])


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_status_has_forms_and_every_date_table_its_keys(name: str) -> None:
    assert all(entry["forms"] for entry in TABLES[name]["status"].values())
    assert set(ENGLISH["date"]) <= set(TABLES[name]["date"])
    assert len(TABLES[name]["date"]["months"]) == 12
    assert len(TABLES[name]["date"]["weekdays"]) == 7


@pytest.mark.parametrize("name", sorted(TABLES))
def test_no_form_names_two_statuses(name: str) -> None:
    seen: dict[str, str] = {}
    for status, entry in TABLES[name]["status"].items():
        for form in entry["forms"]:
            assert seen.setdefault(form, status) == status, f"{form!r}: {seen[form]} or {status}?"


def test_a_file_that_is_no_toml_is_named() -> None:
    with pytest.raises(LexiconError, match=r"lexicon/xx\.toml"):
        build({"xx.toml": "= nothing"})


def test_a_bad_form_is_named_with_its_place() -> None:
    broken = FILES["nl.toml"].replace("[status.denied]\nforms = [", '[status.denied]\nforms = ["_ x", ')
    with pytest.raises(LexiconError, match=r"lexicon/nl\.toml, status\.denied"):
        build({"nl.toml": broken})
