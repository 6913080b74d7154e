"""The variables that settings come from: the environment, then `.env`; an empty one counts as not set."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_origin

from config.errors import Problem
from config.files import read_dotenv
from config.origin import Origin, Origins
from config.settings import Settings
from config.specs import Frozen

SPECIAL: Mapping[str, tuple[str, str]] = {
    "DISCORD_TOKEN": ("discord", "token"),
    "TOCSIN_DATA": ("storage", "data"),
    "TOCSIN_DATABASE_URL": ("storage", "url"),
}
"""Variables that do not follow the rule TOCSIN_<SECTION>_<KEY>. Their values are never taken from a file."""

ELSEWHERE = frozenset({"TOCSIN_CONFIG", "TOCSIN_HOME"})
"""Variables that say where to look, read before there are settings."""


@dataclass(frozen=True, slots=True)
class Environment:
    """All variables in force, where each came from, and what of `.env` could not be read."""

    values: Mapping[str, str]
    places: Mapping[str, Origin]
    problems: tuple[Problem, ...]

    def get(self, variable: str) -> str | None:
        """The value of a variable, None when it is not set or empty."""
        return self.values.get(variable) or None


def read_environment(environ: Mapping[str, str], dotenv: Path, name: str = ".env") -> Environment:
    """Lay the environment over the `.env` file; changes neither."""
    from_file, problems = read_dotenv(dotenv, name)
    values = {key: value for key, (value, _) in from_file.items() if value}
    places = {key: Origin(f"{name}:{line} {key}") for key, (_, line) in from_file.items()}
    for key, value in environ.items():
        if value:
            values[key] = value
            places[key] = Origin(key)
    return Environment(values, places, problems)


def variables() -> dict[str, tuple[str, str]]:
    """Every variable that sets a value, with the path of what it sets; derived from the settings."""
    named = dict(SPECIAL)
    special = set(SPECIAL.values())
    for section, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Frozen):
            for key in kind.model_fields:
                if (section, key) not in special:
                    named[f"TOCSIN_{section}_{key}".upper()] = (section, key)
    return named


def apply(environment: Environment, values: dict[str, Any], origins: Origins) -> list[Problem]:
    """Lay the variables over the files' values, in place; a problem for each unknown TOCSIN_ variable."""
    problems = list(environment.problems)
    known = variables()
    for name, value in environment.values.items():
        if name in known:
            section, key = known[name]
            table = values.setdefault(section, {})
            if isinstance(table, dict):
                table[key] = _split(value) if _is_list(section, key) else value
                origins.note(known[name], environment.places[name])
        elif name.startswith("TOCSIN_") and name not in ELSEWHERE:
            problems.append(_unknown(name, environment.places[name], [*known, *ELSEWHERE]))
    return problems


def _is_list(section: str, key: str) -> bool:
    kind = Settings.model_fields[section].annotation
    assert isinstance(kind, type)
    assert issubclass(kind, Frozen)
    return get_origin(kind.model_fields[key].annotation) is tuple


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _unknown(name: str, place: Origin, known: list[str]) -> Problem:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    hint = f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}"
    return Problem(str(place), f"unknown variable{hint}")
