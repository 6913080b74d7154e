"""Failures of httpx, aiohttp, the system and the server turned into our own errors, in one place."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx

from watchers.errors import BadHttp, FetchError, HttpStatus, TimedOut, Unreachable
from watchers.url import redact

_ADVICE = {
    401: "it wants a login; name a credential for this source",
    403: "it refuses us; ask its keeper, or use another address of it",
    404: "there is nothing at this address; look whether the feed has moved",
    410: "it is gone for good; remove the source or give it its new address",
    429: "it is asked less often from now on",
}


def status_error(url: httpx.URL, status: int, retry_after: float | None) -> HttpStatus:
    """The error for an answer that is neither good nor a redirect."""
    advice = _ADVICE.get(status) or (
        "the server is in trouble; it is tried again" if status >= 500 else "look at the address in a browser"
    )
    return HttpStatus(
        f"{redact(url)} answered {status}: {advice}",
        status=status,
        retry_after=retry_after,
    )


@contextmanager
def mapped(url: httpx.URL, total: float) -> Iterator[None]:
    """Turn what the layers below raise into FetchError; our own errors and bugs pass.

    `total`: the deadline in seconds, for the message. Messages of the layers below are not taken over,
    since they quote addresses; the cause stays attached.
    """
    try:
        yield
    except TimeoutError as error:
        raise TimedOut(f"{redact(url)} did not finish within {total:g} s; it is tried again later") from error
    except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
        # httpx-aiohttp files a refused connection and a broken one under ConnectTimeout, so ask the cause.
        raise _named(url, error.__cause__ if isinstance(error, httpx.TransportError) else error) from error


def _named(url: httpx.URL, cause: BaseException | None) -> FetchError:
    shown = redact(url)
    if isinstance(cause, asyncio.TimeoutError):
        return TimedOut(f"{shown} keeps silent for too long; it is tried again later")
    if isinstance(cause, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return Unreachable(f"{shown}: the name {url.host} is not known; check its spelling, or your DNS")
    if isinstance(cause, aiohttp.InvalidURL):
        return Unreachable(f"{shown} is no address that can be fetched; check how it is written")
    if isinstance(cause, aiohttp.ClientConnectorCertificateError):
        return Unreachable(f"{shown}: its TLS certificate is not valid; tell its keeper")
    if isinstance(cause, aiohttp.ClientSSLError):
        return Unreachable(f"{shown}: no TLS connection comes about; check whether it is http or https")
    if isinstance(cause, aiohttp.ClientConnectorError):
        return Unreachable(f"{shown}: no connection ({cause.os_error.strerror or 'refused'}); is it running?")
    if isinstance(cause, aiohttp.ClientResponseError):
        return BadHttp(f"{shown} does not speak HTTP as it should; tell its keeper")
    return Unreachable(f"{shown}: the connection broke before the end; it is tried again later")
