"""Time and identifiers: a clock that tests move forward, and snowflakes that carry its time."""

import time
from datetime import UTC, datetime

DISCORD_EPOCH = 1_420_070_400  # seconds; the first of January 2015


class Clock:
    """The real time plus an offset, so that minutes and hours pass when a test says so."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.offset

    def iso(self) -> str:
        """The time as Discord writes it: ISO 8601 with a zone."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    def advance(self, seconds: float) -> None:
        """Let this much time pass at once."""
        self.offset += seconds


class Snowflakes:
    """Discord's ids: milliseconds since its epoch, then a counter. Always growing, as strings."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """A new id, larger than every one before."""
        stamp = int((self._clock.now() - DISCORD_EPOCH) * 1000) << 22
        self._last = max(stamp, self._last + 1)
        return str(self._last)


def snowflake_time(snowflake: str) -> float:
    """When this id was made, in seconds since 1970."""
    return (int(snowflake) >> 22) / 1000 + DISCORD_EPOCH
