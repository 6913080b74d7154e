"""Rate limits: a bucket for each route and major parameter, told in Discord's headers."""

import hashlib
from dataclasses import dataclass

from tests.fakes.discord.calls import Call
from tests.fakes.discord.clock import Clock
from tests.fakes.discord.errors import Json

MAJOR = ("channel", "guild", "webhook")


@dataclass(slots=True)
class Bucket:
    """One window: `left` requests until `reset` (seconds since 1970)."""

    name: str
    limit: int
    left: int
    reset: float


class RateLimits:
    """Generous unless `rules` names a route, such as {"POST /channels/{channel}/messages": (5, 5.0)}."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self.usual = (1000, 1.0)  # requests, seconds
        self.rules: dict[str, tuple[int, float]] = {}

    def take(self, call: Call) -> tuple[bool, Bucket]:
        """Count this request: whether it may pass, and its bucket."""
        route = f"{call.method} {call.route}"
        limit, per = self.rules.get(route, self.usual)
        name = hashlib.sha256(route.encode()).hexdigest()[:32]
        key = name + ":" + "+".join(call.params.get(major, "") for major in MAJOR)
        bucket = self._buckets.get(key)
        if bucket is None or bucket.reset <= self._clock.now():
            bucket = self._buckets[key] = Bucket(name, limit, limit, self._clock.now() + per)
        if bucket.left <= 0:
            return False, bucket
        bucket.left -= 1
        return True, bucket

    def headers(self, bucket: Bucket) -> dict[str, str]:
        """What every answer tells about its bucket."""
        return {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{bucket.reset:.3f}",
            "X-RateLimit-Reset-After": f"{self.wait(bucket):.3f}",
            "X-RateLimit-Bucket": bucket.name,
        }

    def wait(self, bucket: Bucket) -> float:
        """Seconds until the bucket is full again."""
        return max(0.0, bucket.reset - self._clock.now())


def limited(retry_after: float, scope: str, *, via: bool = True) -> tuple[Json, dict[str, str]]:
    """Body and headers of a 429. Only a global one says so in the body as well."""
    body: Json = {
        "message": "You are being rate limited.",
        "retry_after": round(retry_after, 3),
        "global": scope == "global",
        "code": 0,
    }
    headers = {"Retry-After": str(max(1, round(retry_after))), "X-RateLimit-Scope": scope}
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    if via:
        headers["Via"] = "1.1 loopback"
    return body, headers
