"""Addresses of sources: which are acceptable, how they are shown, and when two are the same place."""

import re
from ipaddress import IPv4Address
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

import httpx

from watchers.errors import BadSource

SECRET_SLOT = "{secret}"  # noqa: S105 - the placeholder, not a secret
MAX_LENGTH = 2048
_HOST_NAME = re.compile(rb"[A-Za-z0-9._-]+")
_NUMERIC = re.compile(rb"(?:^|\.)(?:\d+|0[xX][0-9a-fA-F]*)\.?$")  # 2130706433, 0x7f.1, 127.1 …
_SECRET_NAMES = re.compile(
    r"(?:[a-z]+[_-])?(?:token|api[_-]?key|secret|password|passwd|pwd)|key|auth|signature|sig", re.IGNORECASE
)
_CREDENTIAL_HINT = (
    "put the secret into the environment or .env, name it in the source's option `credential`, "
    f"and write {SECRET_SLOT} in its place"
)


def parse_url(url: str) -> httpx.URL:
    """`url` as a value whose host is there and whose scheme is http or https; raises BadSource."""
    if len(url) > MAX_LENGTH:
        raise BadSource(f"the address is longer than {MAX_LENGTH} characters")
    try:
        parsed = httpx.URL(url)
        scheme, host = parsed.scheme, parsed.host
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise BadSource("the address cannot be read; write it as https://host/path") from error
    if scheme not in ("http", "https"):
        raise BadSource(f"only http and https are fetched, not {scheme or 'an address without a scheme'}")
    if not (_HOST_NAME.fullmatch(parsed.raw_host) or ":" in host):
        raise BadSource("the address names no host that can be; write it as https://host/path")
    if ":" not in host and _NUMERIC.search(parsed.raw_host) and not _is_ipv4(host.rstrip(".")):
        raise BadSource("the host is a number; write an IPv4 address as four decimal numbers")
    return parsed


def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True


def check_url(url: str) -> str:
    """A source's address, checked and without surrounding space or fragment; raises BadSource.

    An address that carries a credential is refused: it would be stored, shown and logged.
    """
    url = url.strip()
    parsed = parse_url(url)
    if parsed.userinfo:
        raise BadSource(f"the address carries a user name or a password: {_CREDENTIAL_HINT}")
    for name, value in parse_qsl(urlsplit(url).query):
        if _SECRET_NAMES.fullmatch(name) and value != SECRET_SLOT:
            raise BadSource(f"the address carries a secret in `{name}`: {_CREDENTIAL_HINT}")
    return url.partition("#")[0]


def fill_secret(url: str, secret: str) -> str:
    """`url` with its slot filled; unchanged without one."""
    return url.replace(SECRET_SLOT, quote(secret, safe="")) if SECRET_SLOT in unquote(url) else url


def redact(url: str | httpx.URL) -> str:
    """`url` as it may be shown: without user, password, fragment, or any value of its query."""
    try:
        parts = urlsplit(str(url))
        host = parts.netloc.rpartition("@")[2]
        query = "&".join(f"{pair.partition('=')[0]}=…" for pair in parts.query.split("&") if pair)
        return urlunsplit((parts.scheme, host, parts.path, query, ""))
    except ValueError:
        return "(an address that cannot be read)"


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: what must be equal for a credential to travel along a redirect."""
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)
