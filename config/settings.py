"""The settings object: built once, frozen, passed as an argument. config.load builds it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, SecretStr, field_serializer

from config.origin import BUILT_IN, Keys, Origin, Origins
from config.specs import EventSpec, Frozen, SourceSpec, WatchSpec
from config.units import Duration, Network, Service, Snowflake

_CREDENTIAL = re.compile(r"(://[^/@:]*):[^@]*@")
_QUERY = re.compile(r"\?.*", re.DOTALL)

DISCORD_API = "https://discord.com/api/v10"


class Discord(Frozen):
    """Where and as whom alerts ring. Without a token they go to the terminal."""

    token: SecretStr | None = None
    api: Service = DISCORD_API
    guild: Snowflake | None = None
    channel: Snowflake | None = None


class Storage(Frozen):
    """What is remembered, and where. `url` is an SQLAlchemy URL; it may hold a password, so it is hidden."""

    data: Path
    url: SecretStr

    @field_serializer("url")
    def _hide_password(self, url: SecretStr) -> str:
        bare = _CREDENTIAL.sub(r"\1:***@", url.get_secret_value())
        return _QUERY.sub("?***", bare)


class Fetch(Frozen):
    """How sources are asked. `contact` (a URL or an e-mail address) goes into the User-Agent."""

    allow: tuple[Network, ...] = ()
    contact: str | None = Field(default=None, pattern=r"^[!-~]{3,200}$")
    timeout: Duration = timedelta(seconds=45)


class Poll(Frozen):
    """When sources are asked, how many at once, and how old a post may be to ring."""

    min_interval: Duration = timedelta(seconds=60)
    max_age: Duration = timedelta(days=7)
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 32


class Log(Frozen):
    """What is logged to stderr; `auto` is human on a terminal and JSON elsewhere."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "human", "json"] = "auto"


class Settings(Frozen):
    """All that Tocsin is told. repr(), logs and `tocsin config` never show a secret."""

    discord: Discord = Discord()
    storage: Storage
    fetch: Fetch = Fetch()
    poll: Poll = Poll()
    log: Log = Log()
    sources: tuple[SourceSpec, ...] = Field(default=(), alias="source")
    events: tuple[EventSpec, ...] = Field(default=(), alias="event")
    watches: tuple[WatchSpec, ...] = Field(default=(), alias="watch")

    _origins: Origins = PrivateAttr(default_factory=Origins)
    _environment: Mapping[str, str] = PrivateAttr(default_factory=dict)

    def told_by(self, origins: Origins, environment: Mapping[str, str]) -> "Settings":
        """These settings, knowing where each value came from and the variables that sources may name."""
        self._origins = origins
        self._environment = environment
        return self

    def origin(self, *keys: str | int) -> Origin:
        """Where a value came from, or would have to be mended: origin("source", 3, "url")."""
        return self._origins.of(keys)

    def credential(self, variable: str) -> SecretStr | None:
        """A secret that a source names by its variable (environment, else .env); None when it is not set."""
        value = self._environment.get(variable)
        return SecretStr(value) if value else None

    def shown(self) -> list[tuple[Keys, Any, Origin]]:
        """What `tocsin config` prints: path, value (secrets masked) and origin, in order."""
        rows: list[tuple[Keys, Any, Origin]] = []
        for section, content in self.model_dump(mode="json", by_alias=True, exclude_none=True).items():
            if isinstance(content, dict):
                rows += [
                    ((section, key), value, self._exactly(section, key)) for key, value in content.items()
                ]
            else:
                rows += [((section, i), value, self.origin(section, i)) for i, value in enumerate(content)]
        return rows

    def _exactly(self, section: str, key: str) -> Origin:
        return self._origins.known.get((section, key), BUILT_IN)
