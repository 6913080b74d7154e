"""What an answer's headers say about time: Retry-After (RFC 9110 §10.2.3) and freshness (RFC 9111 §4.2)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
"""No header may silence a source for longer than this."""

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})")
_NEVER = re.compile(r"(?:^|[\s,])no-(?:cache|store)(?:$|[\s,=])")


def http_date(text: str | None) -> datetime | None:
    """An HTTP date as aware UTC, or None for what is none (Expires: 0, for one)."""
    if not text:
        return None
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that Retry-After asks for, from 0 to LONGEST, in either of its forms; None without one."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,10}(\.\d+)?", text):
        seconds = float(text)
    elif (date := http_date(text)) is not None:
        seconds = (date - now).total_seconds()
    else:
        return None
    return min(max(seconds, 0.0), LONGEST.total_seconds())


def fresh_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the answer that came at `now` grows stale; None when the headers do not say, or say at once.

    `s-maxage` is for shared caches, which Tocsin is not. The age that the answer already had is taken off.
    """
    lifetime = _lifetime(headers, now)
    if lifetime is None:
        return None
    age = headers.get("age", "").strip()
    if re.fullmatch(r"\d{1,10}", age):
        lifetime -= timedelta(seconds=int(age))
    return now + min(lifetime, LONGEST) if lifetime > timedelta(0) else None


def _lifetime(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    control = headers.get("cache-control", "").lower()
    if _NEVER.search(control):
        return None
    if (match := _MAX_AGE.search(control)) is not None:
        return timedelta(seconds=int(match[1]))
    expires = http_date(headers.get("expires"))
    return None if expires is None else expires - (http_date(headers.get("date")) or now)
