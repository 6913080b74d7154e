"""Values with a unit or a grammar of their own: durations, networks, snowflakes, addresses, dates."""

import re
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, PlainSerializer

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?")

LONGEST = timedelta(days=3650)


def duration(value: Any) -> timedelta:
    """A length of time from seconds (a number) or from words such as "90s", "1h30m", "7d", "2w".

    Raises ValueError for anything else, for nothing or less, and beyond ten years.
    """
    if isinstance(value, timedelta):
        found = value
    elif isinstance(value, str) and _DURATION.fullmatch(value.strip().lower()):
        parts = _PART.findall(value.lower())
        found = timedelta(seconds=min(sum(float(n) * _SECONDS[unit] for n, unit in parts), 1e10))
    elif isinstance(value, int | float | str) and not isinstance(value, bool):
        found = timedelta(seconds=min(_seconds(value), 1e10))
    else:
        raise ValueError('must be seconds or a duration such as "90s", "12h" or "7d"')
    if not timedelta(0) < found <= LONGEST:
        raise ValueError("must be longer than nothing and at most ten years")
    return found


def _seconds(value: float | str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ValueError('must be seconds or a duration such as "90s", "12h" or "7d"') from None


def say_duration(value: timedelta) -> str:
    """The shortest words for a duration: "7d", "1h30m", "0.5s". duration() reads them back."""
    seconds = value.total_seconds()
    if seconds != int(seconds):
        return f"{seconds:.6f}".rstrip("0") + "s"
    parts, rest = [], int(seconds)
    for unit in ("d", "h", "m", "s"):
        count, rest = divmod(rest, _SECONDS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def network(value: Any) -> IPv4Network | IPv6Network:
    """A network such as 10.0.0.0/8 or fd00::/8, or one address; raises ValueError with a hint."""
    try:
        return ip_network(value)
    except (ValueError, TypeError):
        hint = 'must be a network such as "10.0.0.0/8" or an address such as "127.0.0.1"'
        raise ValueError(hint) from None


def address(value: Any) -> str:
    """A source's address: an http(s) URL, or a friendly name such as github:owner/repo.

    Raises ValueError for a URL that carries a credential: it would end in logs and lists.
    """
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be an address")
    text = value.strip()
    try:
        parts = urlsplit(text)
        has_credential = parts.username is not None or parts.password is not None
    except ValueError:
        raise ValueError("is not a well-formed address") from None
    if has_credential and parts.netloc:
        raise ValueError(
            "carries a credential; put it in the environment or .env, and let the source name that variable"
        )
    if not parts.scheme:
        raise ValueError('must begin with "https://" or with the name of a kind, such as "github:"')
    if parts.scheme in ("http", "https") and not parts.hostname:
        raise ValueError("names no host")
    return text


def service(value: Any) -> str:
    """The base of a service: an http(s) URL without a credential, without the last slash."""
    text = address(value)
    if urlsplit(text).scheme not in ("http", "https"):
        raise ValueError('must begin with "http://" or "https://"')
    return text.rstrip("/")


def start_of_day(value: Any) -> datetime:
    """The start (aware UTC) of a TOML date or of "2025-08-05"; raises ValueError."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            value = None
    if not isinstance(value, date):
        raise ValueError("must be a date such as 2025-08-05")
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def period(value: Any) -> tuple[datetime, str]:
    """An expected date: its start (aware UTC) and its precision, from a date, "2025-08" or "2025"."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    found = _PERIOD.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        return start_of_day(value), "day"
    year, month = int(found[1]), int(found[2] or 1)
    try:
        return datetime(year, month, 1, tzinfo=UTC), "month" if found[2] else "year"
    except ValueError:
        raise ValueError('must be a date, a month such as "2025-08" or a year') from None


Duration = Annotated[timedelta, BeforeValidator(duration), PlainSerializer(say_duration, return_type=str)]
Network = Annotated[
    IPv4Network | IPv6Network, BeforeValidator(network), PlainSerializer(str, return_type=str)
]
Address = Annotated[str, BeforeValidator(address)]
Service = Annotated[str, BeforeValidator(service)]
Day = Annotated[datetime, BeforeValidator(start_of_day)]
Snowflake = Annotated[int, Field(ge=1, lt=2**63)]
