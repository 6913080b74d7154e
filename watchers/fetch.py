"""The one door to the network for posts: `async with Door(…) as door: await door.get(url)`.

In order, for each request: the address is checked, a turn is taken (politeness.py), the connection is
made only to an address that may be connected to (connect.py), redirects are followed by hand and each
hop is checked again, the body is read and unpacked within limits (decompress.py), and every failure
leaves as one of the errors of errors.py.

httpx's transport is spoken to without httpx's client around it: the client logs whole addresses, with
what may be secret in them, keeps cookies, and costs 0.1 ms more for each of 1,000 requests a second.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

from watchers import failures, freshness
from watchers.address import AddressRule
from watchers.connect import PooledResolver, guarded_session
from watchers.decompress import ACCEPT_ENCODING, decoder
from watchers.errors import AddressRefused, BadHttp, BadSource, TooLarge, TooManyRedirects, WatcherError
from watchers.politeness import DEFAULT_MANNERS, Manners, Politeness
from watchers.url import origin, parse_url, redact
from watchers.worker import Worker

ACCEPT_FEED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
DEFAULT_PATIENCE = 60.0
"""Seconds a host is left alone after 429 without a Retry-After."""

_REDIRECTS = {301, 302, 303, 307, 308}
_FOR_GOOD = {301, 308}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for each phase and for one request with all its redirects; bytes as they arrive and
    unpacked; redirects."""

    connect: float = 10.0
    read: float = 15.0
    total: float = 45.0
    max_bytes: int = 8 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer gave so that this request can be conditional."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The conditional request's header fields."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value for name, value in pairs if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A good answer. `url` is where it came from in the end; `body` is unpacked, empty if `not_modified`.

    `headers` has lower-case names. `moved_to`: the address that permanent redirects lead to, if any.
    `retry_after`: seconds, if a good answer asks for patience. `fresh_until`: aware UTC, by RFC 9111.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    not_modified: bool = False
    moved_to: str | None = None
    retry_after: float | None = None
    fresh_until: datetime | None = None

    @property
    def validators(self) -> Validators:
        """What to send along next time."""
        return Validators(self.headers.get("etag"), self.headers.get("last-modified"))


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request as the caller wants it. `deadline` counts the seconds left for all hops."""

    headers: Mapping[str, str]
    own: Mapping[str, str]
    home: tuple[str, str, int]
    max_bytes: int
    conditional: bool
    deadline: "_Deadline"

    def headers_for(self, url: httpx.URL) -> dict[str, str]:
        # A caller's own headers may carry a credential, which is for the first origin only.
        return {**self.headers, **self.own} if origin(url) == self.home else dict(self.headers)


class _Deadline:
    """The seconds left for one request over all its hops; waiting for a turn does not count."""

    def __init__(self, total: float) -> None:
        self._left = total

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        clock = asyncio.get_running_loop().time
        begun = clock()
        async with asyncio.timeout(self._left):
            yield
        self._left -= clock() - begun


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Door:
    """Fetches by GET. Use as an async context manager, once.

    `worker` is where what was fetched is to be parsed; it ends with the door.

    `user_agent` names the product and how to reach its operator. `allow`: private networks that may be
    reached. `resolver` replaces the system's. `dns_ttl`: seconds a look-up is remembered.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allow: Iterable[str] = (),
        limits: Limits = Limits(),
        manners: Manners = DEFAULT_MANNERS,
        resolver: AbstractResolver | None = None,
        dns_ttl: int = 60,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._user_agent = user_agent
        self._rule = AddressRule(allow)
        self._limits = limits
        self._manners = manners
        self._resolver = resolver
        self._dns_ttl = dns_ttl
        self._now = now
        self.worker = Worker()
        self._phases = {"connect": limits.connect, "read": limits.read, "pool": limits.total}

    async def __aenter__(self) -> Self:
        tls = httpx.create_ssl_context(trust_env=False)
        self._resolver = self._resolver or PooledResolver()
        self._politeness = Politeness(self._manners, self._rule.is_own_host)
        session = guarded_session(self._rule, tls, self._resolver, self._dns_ttl)
        self._transport = AiohttpTransport(verify=tls, trust_env=False, client=session)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.worker.__aexit__(kind, error, trace)
        await self._transport.aclose()
        assert self._resolver is not None
        await self._resolver.close()

    async def get(
        self,
        url: str,
        *,
        validators: Validators = Validators(),
        headers: Mapping[str, str] | None = None,
        accept: str = ACCEPT_FEED,
        max_bytes: int | None = None,
    ) -> Fetched:
        """Fetch `url`; the answer is 2xx, or 304 if `validators` were given. Raises BadSource or FetchError.

        `headers` are added, but not sent to another origin that a redirect may lead to.
        """
        first = parse_url(url)
        plain = {"User-Agent": self._user_agent, "Accept": accept, "Accept-Encoding": ACCEPT_ENCODING}
        ask = _Ask(
            headers={**plain, **validators.headers()},
            own=headers or {},
            home=origin(first),
            max_bytes=max_bytes or self._limits.max_bytes,
            conditional=bool(validators.headers()),
            deadline=_Deadline(self._limits.total),
        )
        try:
            return await self._follow(first, ask)
        except BadHttp:
            if not ask.conditional:
                raise
            # Some servers send a body with their 304, which no client can read as HTTP: ask for all of it.
            return await self._follow(first, replace(ask, headers=plain, conditional=False))

    async def _follow(self, url: httpx.URL, ask: _Ask) -> Fetched:
        seen, moved_to, for_good = {url}, None, True
        while True:
            answer = await self._hop(url, ask, moved_to)
            if isinstance(answer, Fetched):
                return answer
            status, target = answer
            for_good = for_good and status in _FOR_GOOD
            moved_to = str(target) if for_good else moved_to
            if target in seen or len(seen) > self._limits.redirects:
                raise TooManyRedirects(
                    f"{redact(url)} redirects in a circle or more than {self._limits.redirects} times; "
                    "look at the address in a browser and use the one it ends at"
                )
            seen.add(target)
            url = target

    async def _hop(self, url: httpx.URL, ask: _Ask, moved_to: str | None) -> Fetched | tuple[int, httpx.URL]:
        async with self._politeness.turn(url):
            try:
                with failures.mapped(url, self._limits.total):
                    async with ask.deadline.running(), self._response(url, ask) as response:
                        return await self._answer(url, ask, response, moved_to)
            except AddressRefused as error:
                raise AddressRefused(f"{redact(url)} is not fetched: {error}") from error

    @asynccontextmanager
    async def _response(self, url: httpx.URL, ask: _Ask) -> AsyncIterator[httpx.Response]:
        request = httpx.Request(
            "GET", url, headers=ask.headers_for(url), extensions={"timeout": self._phases}
        )
        response = await self._transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    async def _answer(
        self, url: httpx.URL, ask: _Ask, response: httpx.Response, moved_to: str | None
    ) -> Fetched | tuple[int, httpx.URL]:
        status, headers, now = response.status_code, response.headers, self._now()
        if status in _REDIRECTS:
            return status, _target(url, headers.get("location"))
        patience = freshness.retry_after(headers, now)
        not_modified = status == 304 and ask.conditional
        if not (200 <= status < 300 or not_modified):
            if status in (429, 503):
                self._politeness.close_host(url, DEFAULT_PATIENCE if patience is None else patience)
            raise failures.status_error(url, status, patience)
        return Fetched(
            status=status,
            url=str(url),
            headers=dict(headers),
            body=b"" if not_modified else await _body(url, response, ask.max_bytes),
            not_modified=not_modified,
            moved_to=moved_to,
            retry_after=patience,
            fresh_until=freshness.fresh_until(headers, now),
        )


def _target(url: httpx.URL, location: str | None) -> httpx.URL:
    """Where a redirect leads; its fragment is dropped and its credentials are refused."""
    if not location:
        raise TooManyRedirects(f"{redact(url)} redirects without saying where; look at it in a browser")
    try:
        target = parse_url(str(url.join(location))).copy_with(fragment=None)
    except (BadSource, httpx.InvalidURL, ValueError) as error:
        raise TooManyRedirects(f"{redact(url)} redirects to what cannot be fetched: {error}") from error
    if target.userinfo:
        raise TooManyRedirects(f"{redact(url)} redirects to an address with a password in it; not followed")
    return target


async def _body(url: httpx.URL, response: httpx.Response, max_bytes: int) -> bytes:
    """The body unpacked; raises TooLarge once its packed or its unpacked size is beyond `max_bytes`."""
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise _too_large(url, max_bytes)
    try:
        unpack = decoder(response.headers.get("content-encoding", ""))
        body, arrived = bytearray(), 0
        async for chunk in response.aiter_raw():
            arrived += len(chunk)
            for piece in unpack.feed(chunk) if unpack else (chunk,):
                body += piece
                if max(arrived, len(body)) > max_bytes:
                    raise _too_large(url, max_bytes)
        if unpack:
            unpack.finish()
    except TooLarge:
        raise
    except WatcherError as error:
        raise type(error)(f"{redact(url)}: {error}") from error
    return bytes(body)


def _too_large(url: httpx.URL, max_bytes: int) -> TooLarge:
    return TooLarge(
        f"{redact(url)} is larger than {max_bytes} bytes; use a shorter feed of this source, if it has one"
    )
