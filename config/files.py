"""Reading the files that settings come from: TOML with the lines of its keys, and `.env`."""

import re
import tomllib
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream

from config.errors import Problem
from config.origin import Keys
from config.toml_lines import key_lines

DEFAULT_FILE = Path(__file__).with_name("default.toml")

_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file's values, the line of each key, and its name as problems say it."""

    name: str
    values: dict[str, Any]
    lines: tuple[tuple[Keys, int], ...]


def read_toml(path: Path, name: str) -> TomlFile | Problem:
    """Read a TOML file, or say in one line why that is not possible."""
    text = _text(path, name)
    if isinstance(text, Problem):
        return text
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line = at[1] if at and at[1] else len(text.splitlines()) or 1
        return Problem(f"{name}:{line}", f"is not TOML: {_AT.sub('', str(error))}")
    return TomlFile(name, values, tuple(key_lines(text)))


def read_dotenv(path: Path, name: str) -> tuple[dict[str, tuple[str, int]], tuple[Problem, ...]]:
    """The variables of a `.env` file with their lines, and its problems. A missing file holds none.

    Values are taken as they stand: a `$` in a token is a `$`.
    """
    if not path.is_file():
        return {}, ()
    text = _text(path, name)
    if isinstance(text, Problem):
        return {}, (text,)
    found: dict[str, tuple[str, int]] = {}
    problems = []
    for binding in parse_stream(StringIO(text)):
        line = binding.original.line
        if binding.error:
            problems.append(Problem(f"{name}:{line}", "cannot be read; write NAME=value"))
        elif binding.key and binding.value is not None:
            found[binding.key] = (binding.value, line)
    return found, tuple(problems)


def _text(path: Path, name: str) -> str | Problem:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Problem(name, "does not exist; name another file, or none to use the defaults")
    except UnicodeDecodeError as error:
        return Problem(name, f"is not UTF-8 (byte {error.start}); save it as UTF-8")
    except OSError as error:
        return Problem(name, f"cannot be read: {error.strerror or error}")
