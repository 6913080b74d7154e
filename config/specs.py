"""What the file lists: sources, events and watches, as plain frozen values for watchers and storage."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from config.units import Address, Day, Duration, Snowflake, period

Status = Literal[
    "rumoured", "announced", "scheduled", "delayed", "released",
    "suspended", "resumed", "cancelled", "denied",
]  # fmt: skip
"""Where an event can stand; the same words as matching's (a test holds them together)."""


_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise ValueError("must be 1 to 64 letters, digits, dots, hyphens or underscores")
    return value


Text = Annotated[str, AfterValidator(_text)]
Words = Annotated[tuple[Text, ...], Field(min_length=1)]


class Frozen(BaseModel):
    """A value that refuses unknown keys and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SourceSpec(Frozen):
    """A place that posts come from.

    `options` are the keys of the kind's own (docs/sources.md); the kind's watcher checks them.
    `every` is None to learn the interval; `lookback`: posts this old at the first poll are news.
    """

    kind: Text = "feed"
    url: Address
    name: Text | None = None
    lang: Text | None = None
    every: Duration | None = None
    lookback: Duration | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, data: Any) -> Any:
        # A kind's options stand beside the common keys in the file; only its watcher knows them.
        if not isinstance(data, dict) or "options" in data:
            return data
        common = {key: value for key, value in data.items() if key in cls.model_fields}
        return common | {"options": {key: value for key, value in data.items() if key not in common}}


class ExpectedSpec(Frozen):
    """An expected date: the start of its period (aware UTC), with precision day, month or year."""

    at: datetime
    precision: Literal["day", "month", "year"]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return data
        at, precision = period(data)
        return {"at": at, "precision": precision}


class EventSpec(Frozen):
    """A known event: any of `who` and any of `what`; `since` is when its `status` became known."""

    key: Annotated[str, AfterValidator(_key)]
    title: Text
    who: Words
    what: Words
    status: Status | None = None
    since: Day | None = None
    expected: ExpectedSpec | None = None
    channel: Snowflake | None = None


class WatchSpec(Frozen):
    """A named query; the channel of its alerts is the guild's when it names none.

    It may ask for `min_sources`, for certain `statuses`, to `trust` only some sources, and to
    leave others out.
    """

    name: Annotated[Text, Field(max_length=100)]
    query: Text
    channel: Snowflake | None = None
    min_sources: Annotated[int, Field(ge=1, le=100)] = 1
    statuses: tuple[Status, ...] = ()
    trust: tuple[Text, ...] = ()
    leave_out: tuple[Text, ...] = ()
