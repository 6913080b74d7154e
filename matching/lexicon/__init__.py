"""The lexicon: what the matching knows of languages, as data. One TOML file a language; see
docs/lexicon.md.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from matching.fold import fold
from matching.forms import Form, Scanner, parse_form


@dataclass(frozen=True, slots=True)
class Dates:
    """The words for dates in one language, folded; keys as in the files' [date] table."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    seasons: Mapping[str, str]
    roles: Mapping[str, frozenset[str]]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `scanner` finds `status.X`, `dated.X` (a status if a date follows),
    `except.X` (what looks like it and is not) and `cue.X` in its words,
    `vocabulary` finds `action.X` and `word.X`.
    """

    code: str
    name: str
    function_words: frozenset[str]
    scanner: Scanner
    vocabulary: Scanner
    dates: Dates
    line_starts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea with its forms by language; language None: the form counts in posts of every language."""

    id: str
    forms: tuple[tuple[str | None, Form], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All languages together. `names`: folded word or phrase a user may type, to the ids it names.
    `function_words`: those of every language."""

    languages: Mapping[str, Language]
    concepts: Mapping[str, Concept]
    names: Mapping[str, tuple[str, ...]]
    function_words: frozenset[str]


class LexiconError(ValueError):
    """A lexicon file that is incomplete, ambiguous or unreadable; the message names file and place."""


@cache
def load() -> Lexicon:
    """The packaged lexicon, read once."""
    files = sorted(f.name for f in resources.files(__package__).iterdir() if f.name.endswith(".toml"))
    return build({name: resources.files(__package__).joinpath(name).read_text("utf-8") for name in files})


def build(texts: Mapping[str, str]) -> Lexicon:
    """A lexicon from the texts of its files, by file name. Raises LexiconError."""
    tables = {name: _table(name, text) for name, text in texts.items()}
    languages = {t["language"]["code"]: _language(name, t) for name, t in tables.items()}
    concepts: dict[str, list[tuple[str | None, Form]]] = {}
    names: dict[str, list[str]] = {}
    for name, table in tables.items():
        code = table["language"]["code"]
        for concept, everywhere, forms, typed in _concepts(table):
            parsed = [_form(name, concept, f) for f in forms]
            concepts.setdefault(concept, []).extend((None if everywhere else code, f) for f in parsed)
            for word in typed:
                names.setdefault(" ".join(fold(word).split()), []).append(concept)
    return Lexicon(
        languages,
        {key: Concept(key, tuple(forms)) for key, forms in concepts.items()},
        {key: tuple(dict.fromkeys(ids)) for key, ids in names.items()},
        frozenset().union(*(language.function_words for language in languages.values())),
    )


def _table(name: str, text: str) -> dict[str, dict]:  # type: ignore[type-arg]
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"lexicon/{name}: {error}") from error


def _form(name: str, concept: str, text: str) -> Form:
    try:
        return parse_form(text)
    except ValueError as error:
        raise LexiconError(f"lexicon/{name}, {concept}: {error}") from error


def _concepts(table: Mapping[str, dict]) -> Iterator[tuple[str, bool, list[str], list[str]]]:  # type: ignore[type-arg]
    """(id, counts in every language, forms, what a user may type for it) of one file."""
    for key, entry in table.get("family", {}).items():
        yield f"family.{key}", bool(entry.get("everywhere")), entry["forms"], entry["names"]
    for key, entry in table["status"].items():
        yield (
            f"status.{key}",
            False,
            entry["forms"],
            [f for f in entry["forms"] if _plain(f)] + entry.get("typed", []),
        )
    for kind in ("action", "word"):
        for key, forms in table.get(kind, {}).items():
            yield f"{kind}.{key}", False, forms, [f.strip("*") for f in forms if _plain(f.strip("*"))]


def _plain(form: str) -> bool:
    return not set(form) & set("*|?_")


def _language(name: str, table: Mapping[str, dict]) -> Language:  # type: ignore[type-arg]
    head = table["language"]
    grammar = [
        (f"{label}.{key}", _form(name, f"{kind}.{key}", form))
        for kind, label, field in (
            ("status", "status", "forms"),
            ("status", "dated", "dated"),
            ("status", "except", "except"),
            ("cue", "cue", "forms"),
        )
        for key, entry in table[kind].items()
        for form in entry.get(field, ())
        if any(c.isalnum() for c in form)
    ]
    vocabulary = [
        (f"{kind}.{key}", _form(name, f"{kind}.{key}", form))
        for kind in ("action", "word")
        for key, forms in table.get(kind, {}).items()
        for form in forms
    ]
    return Language(
        head["code"],
        head["name"],
        frozenset(fold(w) for w in head["function_words"]),
        Scanner(grammar),
        Scanner(vocabulary),
        _dates(table["date"]),
        tuple(fold(line) for line in table["boilerplate"]["line_starts"]),
    )


def _dates(table: Mapping[str, object]) -> Dates:
    named = ("months", "weekdays", "seasons", "order")
    months, weekdays, seasons = table["months"], table["weekdays"], table["seasons"]
    assert isinstance(months, list)
    assert isinstance(weekdays, list)
    assert isinstance(seasons, dict)
    order = table["order"]
    assert isinstance(order, list)
    return Dates(
        {fold(w): i for i, group in enumerate(months, 1) for w in group},
        {fold(w): i for i, group in enumerate(weekdays) for w in group},
        {fold(w): season for season, group in seasons.items() for w in group},
        {
            k: frozenset(" ".join(fold(w).split()) for w in v)
            for k, v in table.items()
            if k not in named and isinstance(v, list)
        },
        tuple(order),
    )
