"""From pydantic's findings to problems: one line each, naming the variable or the line, never the value."""

import difflib
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import Problem
from config.origin import Keys, Origins
from config.settings import Settings


def explain(error: ValidationError, origins: Origins, root: type[BaseModel] = Settings) -> list[Problem]:
    """One problem for each finding of a validation of `root`."""
    return [
        _problem(details, origins, root) for details in error.errors(include_url=False, include_input=False)
    ]


def _problem(details: ErrorDetails, origins: Origins, root: type[BaseModel]) -> Problem:
    keys = tuple(details["loc"])
    origin = origins.of(keys)
    what = _what(details, keys, root)
    # A variable names its value itself; a line of a file may hold several.
    return Problem(
        str(origin), what if origin.line is None and not origin.by_default else f"{say(keys)} {what}"
    )


def _what(details: ErrorDetails, keys: Keys, root: type[BaseModel]) -> str:
    match details["type"]:
        case "extra_forbidden":
            return f"is not known{_hint(keys, root)}"
        case "missing":
            return "is missing"
        case "model_type" | "dict_type":
            return "must be a table"
        case "tuple_type":
            return "must be a list"
        case "too_short":
            return "must name at least one"
        case "value_error":
            return str(details["ctx"]["error"])
        case _:
            message = details["msg"].replace("Input should", "should")
            return message[0].lower() + message[1:]


def say(keys: Keys) -> str:
    """A path as people write it: ("source", 0, "url") is "source 1: url"."""
    if len(keys) > 1 and isinstance(keys[1], int):
        item = f"{keys[0]} {keys[1] + 1}"
        rest = ".".join(str(key) for key in keys[2:])
        return f"{item}: {rest}" if rest else item
    return ".".join(str(key) for key in keys)


def _hint(keys: Keys, root: type[BaseModel]) -> str:
    known = list(_siblings(keys, root))
    close = difflib.get_close_matches(str(keys[-1]), known, n=1, cutoff=0.6)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; known are {', '.join(known)}"


def _siblings(keys: Keys, root: type[BaseModel]) -> Iterator[str]:
    """The keys that may stand where an unknown one was found."""
    kind: Any = root
    for key in keys[:-1]:
        if isinstance(key, str):
            kind = _child(kind, key)
    for name, field in kind.model_fields.items():
        yield field.alias or name


def _child(kind: type[BaseModel], key: str) -> Any:
    by_name = {field.alias or name: field for name, field in kind.model_fields.items()}
    child = by_name[key].annotation
    inner = getattr(child, "__args__", ())
    return inner[0] if inner else child
