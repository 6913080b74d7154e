"""When to look at a source next. Pure: the history and the time in, a time out.

The rhythm is learnt from when the source's posts appeared. While posts come every `gap` seconds, a poll
every `gap / POLLS_PER_POST` sees one soon without asking in vain too often; a source that has been
silent for long is looked at ever more rarely, and one that usually speaks about now more often. Headers
and the feed's own wishes move the result, errors back off, and a jitter that belongs to the source keeps
thousands of them apart.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

LONGEST = timedelta(hours=24)
MIN_INTERVAL = timedelta(seconds=60)
UNKNOWN = timedelta(minutes=15)
"""The interval for a source of whose rhythm nothing is known."""
POLLS_PER_POST = 4
SILENCE_SHARE = 0.1
"""Of the time since the last post: after ten days of silence, once a day."""
FRESHNESS_SHARE = timedelta(hours=1)
"""How long cache headers and `ttl` may delay a look: many are set once, and far too high for news."""
BACK_OFF = 2.0
JITTER = 0.1
HISTORY = 20
"""How many of the newest posts are worth keeping the times of."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a source. Times are aware UTC, durations timedelta.

    `appeared`: when its newest posts were published (or first seen), in any order. `errors`: polls that
    failed in a row. `every`: the operator's own interval, which replaces the learnt one. `asked_until`:
    what Retry-After said, which always binds. `not_before`: what the last batch said (cache headers,
    ttl, skipHours), which binds unless `every` is set.
    """

    source_id: int
    appeared: Sequence[datetime] = ()
    errors: int = 0
    every: timedelta | None = None
    asked_until: datetime | None = None
    not_before: datetime | None = None


def next_poll(history: History, now: datetime, min_interval: timedelta = MIN_INTERVAL) -> datetime:
    """The time of the next poll after one that ended at `now`: from `min_interval` to LONGEST away, or
    later only if Retry-After says so."""
    interval = history.every or learnt_interval(history.appeared, now)
    interval = _between(min_interval, _backed_off(interval, history.errors), LONGEST)
    due = now + interval * (1 + JITTER * _spread(history.source_id, now))
    if history.every is None and history.not_before is not None:
        due = max(due, min(history.not_before, now + LONGEST))
    if history.asked_until is not None:
        due = max(due, history.asked_until)
    return due


def learnt_interval(appeared: Sequence[datetime], now: datetime) -> timedelta:
    """How long to wait by the source's rhythm alone, before any limit but LONGEST."""
    times = sorted((when for when in appeared if when <= now), reverse=True)[:HISTORY]
    if not times:
        return UNKNOWN
    silence = now - times[0]
    by_silence = silence * SILENCE_SHARE
    if len(times) < 3:
        return _between(MIN_INTERVAL, max(UNKNOWN, by_silence), LONGEST)
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    # Posts of one burst arrive together: the median forgives a few zeros, the mean forgives a few pauses.
    gap = timedelta(seconds=min(median(gaps) or LONGEST.total_seconds(), sum(gaps) / len(gaps)))
    return min(max(gap / POLLS_PER_POST, by_silence), LONGEST)


def first_poll(source_id: int, now: datetime, window: timedelta = timedelta(minutes=5)) -> datetime:
    """When to look at a source that is overdue at start: spread over `window`, always at the same place."""
    return now + window * _fraction(f"start {source_id}")


def earliest(
    now: datetime,
    *,
    fresh_until: datetime | None = None,
    ttl: int | None = None,
    skip_hours: Sequence[int] = (),
    skip_days: Sequence[int] = (),
) -> datetime | None:
    """The earliest next poll that a feed asks for, or None if it asks for nothing.

    `ttl` is in minutes; it and the cache headers count for at most FRESHNESS_SHARE. `skip_hours` are 0
    to 23 and `skip_days` 0 (Monday) to 6, both in UTC, as RSS has them.
    """
    wishes = [now]
    if fresh_until is not None:
        wishes.append(min(fresh_until, now + FRESHNESS_SHARE))
    if ttl is not None:
        wishes.append(now + min(timedelta(minutes=ttl), FRESHNESS_SHARE))
    wish = _outside(max(wishes), set(skip_hours), set(skip_days), now + LONGEST)
    return wish if wish > now else None


def _outside(when: datetime, hours: set[int], days: set[int], limit: datetime) -> datetime:
    """The first moment from `when` that is in none of the hours and days, but `limit` at the latest."""
    when = when.astimezone(UTC)
    while when < limit and (when.hour in hours or when.weekday() in days):
        when = when.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(when, limit)


def _backed_off(interval: timedelta, errors: int) -> timedelta:
    # The exponent is bounded so that a source that has failed for a year overflows nothing.
    return min(interval * BACK_OFF ** min(errors, 20), LONGEST) if errors else interval


def _between(low: timedelta, value: timedelta, high: timedelta) -> timedelta:
    return max(low, min(value, high))


def _spread(source_id: int, now: datetime) -> float:
    """From 0 to 1, the same for the same source and hour: tests and restarts agree on it."""
    return _fraction(f"{source_id} {int(now.timestamp()) // 3600}")


def _fraction(seed: str) -> float:
    digest = hashlib.blake2b(seed.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
