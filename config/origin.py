"""Where each value came from: a variable, a line of a file, or the program's own default."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Keys = tuple[str | int, ...]
"""A value's path as in the file: ("poll", "max_age"), ("source", 3, "url")."""


@dataclass(frozen=True, slots=True)
class Origin:
    """`place` is a variable's name, a file's path or "default"; `line` counts from 1 within a file."""

    place: str
    line: int | None = None
    by_default: bool = False

    def __str__(self) -> str:
        return self.place if self.line is None else f"{self.place}:{self.line}"


BUILT_IN = Origin("built in", by_default=True)


@dataclass(slots=True)
class Origins:
    """The origin of each path; an unknown path has that of its nearest known parent."""

    known: dict[Keys, Origin] = field(default_factory=dict)

    def note(self, keys: Keys, origin: Origin) -> None:
        """Remember an origin; a later note of the same path replaces it."""
        self.known[keys] = origin

    def note_lines(self, file: str, lines: Iterable[tuple[Keys, int]], *, by_default: bool = False) -> None:
        """Remember a whole file; a list that it holds replaces what was known of that list."""
        found = list(lines)
        told = {keys[0] for keys, _ in found}
        for keys in [
            keys for keys in self.known if len(keys) > 1 and isinstance(keys[1], int) and keys[0] in told
        ]:
            del self.known[keys]
        for keys, line in found:
            self.note(keys, Origin(file, line, by_default))

    def of(self, keys: Keys) -> Origin:
        """The origin of a path, else of its nearest parent, else of its first child, else BUILT_IN."""
        for end in range(len(keys), 0, -1):
            if (origin := self.known.get(keys[:end])) is not None:
                return origin
        children = (origin for path, origin in self.known.items() if path[: len(keys)] == keys)
        return next(children, BUILT_IN)
