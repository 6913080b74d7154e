"""What every kind of source offers: a check of its address and options, and a poll."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from watchers.errors import BadSource
from watchers.fetch import Door
from watchers.post import Batch, Cursor

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spec:
    """A source as checked: the address in the form that is stored, and the options with their types right."""

    url: str
    options: Options = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PollRequest:
    """One poll of one source. `cursor` is the last batch's, empty at the first poll; `now` is aware UTC.

    `secret`: the value of the environment variable that the option `credential` names, or None.
    """

    source_id: int
    url: str
    options: Options = field(default_factory=dict)
    cursor: Cursor = field(default_factory=dict)
    now: datetime = field(kw_only=True)
    secret: str | None = None


class Watcher(Protocol):
    """One kind of source. Without state: what it must remember it puts into the cursor."""

    kind: str

    def check(self, url: str, options: Options) -> Spec:
        """The source as it is to be stored; raises BadSource with what to mend. No network."""
        ...

    async def poll(self, request: PollRequest, door: Door) -> Batch:
        """What is new since the cursor; raises WatcherError. Writes nothing anywhere."""
        ...


def text_option(options: Options, name: str) -> str | None:
    """The option as a non-empty string, or None when it is left out; raises BadSource."""
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadSource(f"the option `{name}` must be text")
    return value.strip()


def number_option(options: Options, name: str, default: int, low: int, high: int) -> int:
    """The option as a whole number from `low` to `high`, or `default`; raises BadSource."""
    value = options.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadSource(f"the option `{name}` must be a whole number from {low} to {high}")
    return value


def flag_option(options: Options, name: str, default: bool) -> bool:
    """The option as true or false, or `default`; raises BadSource."""
    value = options.get(name, default)
    if not isinstance(value, bool):
        raise BadSource(f"the option `{name}` must be true or false")
    return value


def refuse_unknown(options: Options, known: Iterable[str]) -> None:
    """Raise BadSource for an option that is not `known`."""
    names = sorted(known)
    for name in options:
        if name not in names:
            listed = ", ".join(f"`{known_name}`" for known_name in names) or "none"
            raise BadSource(f"there is no option `{name}` for this kind of source; known: {listed}")
