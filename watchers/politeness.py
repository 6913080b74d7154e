"""Patience with other people's servers: how many requests at once, how far apart, and when to stay away.

What belongs together is the host and port, and for hosts that give every user a sub-domain the
registrable domain. The operator's own networks are exempt; there each address stands for itself.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from watchers.errors import Wait
from watchers.url import redact

SHARED_DOMAINS = (
    "blogspot.com",
    "feedburner.com",
    "livejournal.com",
    "medium.com",
    "reddit.com",
    "substack.com",
    "tumblr.com",
    "wordpress.com",
    "youtube.com",
)
HOST_INTERVALS = {"reddit.com": 61.0}
"""Seconds between requests where the host is known to want more than the default: Reddit answers 429
beyond one request a minute and address without a login (measured by several readers, June 2026)."""

_PRUNE_ABOVE = 1024


@dataclass(frozen=True, slots=True)
class Manners:
    """The limits: requests at once in all and for one host, seconds between two to one host, and
    how many seconds a request may wait for its turn before it is sent back with Wait."""

    total: int = 100
    per_host: int = 2
    interval: float = 1.0
    longest_wait: float = 20.0


DEFAULT_MANNERS = Manners()


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    next_start: float = 0.0
    closed_until: float = 0.0
    users: int = 0


def host_key(url: httpx.URL) -> str:
    """What a limit applies to: the shared registrable domain, else host:port."""
    name = url.host.rstrip(".")
    for domain in SHARED_DOMAINS:
        if name == domain or name.endswith("." + domain):
            return domain
    return f"{name}:{url.port or (443 if url.scheme == 'https' else 80)}"


class Politeness:
    """Turns to speak. `exempt` says of a host that it needs no manners; `clock` counts seconds."""

    def __init__(
        self, manners: Manners, exempt: Callable[[str], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._manners = manners
        self._exempt = exempt
        self._clock = clock
        self._total = asyncio.Semaphore(manners.total)
        self._hosts: dict[str, _Host] = {}

    def close_host(self, url: httpx.URL, seconds: float) -> None:
        """Ask nothing of this host (if exempt: of this address) for `seconds`."""
        host = self._host(self._key(url))
        host.closed_until = max(host.closed_until, self._clock() + seconds)

    @asynccontextmanager
    async def turn(self, url: httpx.URL) -> AsyncIterator[None]:
        """Hold a turn to ask for `url`; raises Wait when the host is closed or its queue is too long."""
        key = self._key(url)
        self._raise_if_closed(key, url)
        if self._exempt(url.host):
            async with self._total:
                yield
            return
        host = self._host(key)
        host.users += 1
        try:
            async with self._start(host, key, url), self._total:
                yield
        finally:
            host.users -= 1

    @asynccontextmanager
    async def _start(self, host: _Host, key: str, url: httpx.URL) -> AsyncIterator[None]:
        now = self._clock()
        start = max(now, host.next_start)
        if start - now > self._manners.longest_wait:
            raise Wait(
                f"{redact(url)}: many requests stand in line for this host; asked again later",
                retry_after=start - now,
            )
        host.next_start = start + HOST_INTERVALS.get(key, self._manners.interval)
        if start > now:
            await asyncio.sleep(start - now)
        async with host.slots:
            self._raise_if_closed(key, url)
            yield

    def _raise_if_closed(self, key: str, url: httpx.URL) -> None:
        host = self._hosts.get(key)
        left = host.closed_until - self._clock() if host else 0.0
        if left > 0:
            raise Wait(
                f"{redact(url)}: the host asked for {left:.0f} s of patience; asked again then",
                retry_after=left,
            )

    def _key(self, url: httpx.URL) -> str:
        return str(url) if self._exempt(url.host) else host_key(url)

    def _host(self, key: str) -> _Host:
        if key not in self._hosts:
            if len(self._hosts) >= _PRUNE_ABOVE:
                self._prune()
            self._hosts[key] = _Host(asyncio.Semaphore(self._manners.per_host))
        return self._hosts[key]

    def _prune(self) -> None:
        """Forget the hosts of whom nothing needs to be remembered."""
        now = self._clock()
        self._hosts = {
            key: host
            for key, host in self._hosts.items()
            if host.users or max(host.next_start, host.closed_until) > now
        }
