"""On which line each key of a TOML file stands; tomllib reads values but does not say.

Works on text that tomllib has accepted, so it needs to follow only what moves the lines:
tables, arrays of tables, keys, and values that run over several lines.
"""

import re
from collections.abc import Iterator

from config.origin import Keys

_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_TABLE = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_QUOTES = ('"""', "'''", '"', "'")


def key_lines(text: str) -> Iterator[tuple[Keys, int]]:
    """Yield (path, line from 1) for every table and key, in the order of the file."""
    counts: dict[Keys, int] = {}
    table: Keys = ()
    value = _Value()
    for number, line in enumerate(text.splitlines(), start=1):
        if value.open:
            value.feed(line)
        elif found := _TABLE.match(line):
            table = _enter(found[2], counts, starts_item=found[1] == "[[")
            yield table, number
        elif key := _KEY.match(line):
            yield table + _parts(key[1]), number
            value.feed(line[key.end() :])


def _parts(dotted: str) -> Keys:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _enter(dotted: str, counts: dict[Keys, int], *, starts_item: bool) -> Keys:
    """The path of a table, with the index of the current item behind each array of tables."""
    path: Keys = ()
    parts = _parts(dotted)
    for position, part in enumerate(parts):
        path += (part,)
        if starts_item and position == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


class _Value:
    """How far a value still runs: open brackets and the quotes of an unfinished string."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""

    @property
    def open(self) -> bool:
        return self._depth > 0 or len(self._quote) == 3

    def feed(self, line: str) -> None:
        """Take the next line of the value."""
        at = 0
        while at < len(line):
            at = self._in_string(line, at) if self._quote else self._outside(line, at)

    def _in_string(self, line: str, at: int) -> int:
        if line[at] == "\\" and self._quote[0] == '"':
            return at + 2
        if line.startswith(self._quote, at):
            end = at + len(self._quote)
            self._quote = ""
            return end
        return at + 1

    def _outside(self, line: str, at: int) -> int:
        if line[at] == "#":
            return len(line)
        for quote in _QUOTES:
            if line.startswith(quote, at):
                self._quote = quote
                return at + len(quote)
        self._depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(line[at], 0)
        return at + 1
