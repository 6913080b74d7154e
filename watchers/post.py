"""What a watcher brings: posts as their source gave them, in a batch with the cursor that follows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Cursor = Mapping[str, Any]
"""A watcher's own JSON-able note of where it stands; kept by storage, moved only with the commit."""


@dataclass(frozen=True, slots=True)
class FetchedPost:
    """One item of a source.

    `guid` is its identity within the source: the source's own id, else its link, else a hash of
    title and text; never a date. `summary` and `text` are as given, HTML or plain. `published` is
    aware UTC or None when the source says nothing credible. `lang` is a BCP 47 tag or None.
    """

    guid: str
    title: str
    url: str | None = None
    summary: str = ""
    text: str = ""
    published: datetime | None = None
    author: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The outcome of one poll. `posts` are oldest first; empty with `changed` False when nothing is new.

    `not_before`: the earliest time of the next poll that the source asks for (aware UTC).
    `moved_to`: the address a permanent redirect names.
    """

    posts: tuple[FetchedPost, ...] = ()
    cursor: Cursor = field(default_factory=dict)
    changed: bool = True
    not_before: datetime | None = None
    title: str | None = None
    lang: str | None = None
    moved_to: str | None = None
    warnings: tuple[str, ...] = ()
