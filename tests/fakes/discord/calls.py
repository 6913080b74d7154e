"""One request and its answer, free of the HTTP library: what the route modules work on."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.fakes.discord.errors import Json


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `params` come from the path's braces, `path` is without the API's base."""

    method: str
    path: str
    route: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `body` None is an empty one (204)."""

    body: Any = None
    status: int = 200


@dataclass(slots=True)
class Exchange:
    """A line of the request log. `answered` is False where the answer was lost on purpose."""

    at: float
    method: str
    path: str
    route: str
    query: Json
    body: Any
    status: int
    answer: Any
    answered: bool = True

    def as_json(self) -> Json:
        """All of it, for the state file."""
        return asdict(self)


Handler = Callable[[Any, Call], Reply]
Routes = list[tuple[str, str, Handler]]
