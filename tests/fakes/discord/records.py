"""What the world keeps of messages and interactions."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord.errors import Json

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


@dataclass(slots=True)
class Stored:
    """A message: as the API shows it, the request that made it, and the requests that edited it."""

    payload: Json
    request: Json
    edits: list[Json] = field(default_factory=list)
    deleted: bool = False
    at: float = 0.0
    old_edits: int = 0
    ephemeral: bool = False

    @property
    def id(self) -> str:
        """The message's snowflake."""
        return str(self.payload["id"])


@dataclass(slots=True)
class Interaction:
    """Something that a person asked the bot: a command, a button, an autocompletion, a form.

    `response` is the callback's body once there was one. `original` is the message it made, `followups`
    those after it. `source` is the message that carries a pressed component.
    """

    id: str
    token: str
    kind: int
    at: float
    guild_id: str
    channel_id: str
    payload: Json
    source: Stored | None = None
    response: Json | None = None
    original: Stored | None = None
    followups: list[Stored] = field(default_factory=list)

    @property
    def deferred(self) -> bool:
        """Whether the answer is still awaited after a first sign of life."""
        return self.original is not None and bool(self.original.payload["flags"] & 128)

    @property
    def shown(self) -> list[Stored]:
        """The messages that answer it, oldest first."""
        first = [self.original] if self.original and not self.deferred else []
        return [one for one in first + self.followups if not one.deleted]

    @property
    def choices(self) -> list[Any]:
        """The choices of an autocompletion's answer."""
        data = (self.response or {}).get("data") or {}
        return list(data.get("choices") or [])
