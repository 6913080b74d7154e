"""Failures to order: the next request that fits meets them."""

import re
from dataclasses import dataclass
from typing import Literal

from tests.fakes.discord.calls import Call

Kind = Literal["refuse", "status", "limit", "drop", "late", "slow"]


@dataclass(slots=True)
class Fault:
    """One failure, for the next `times` requests of this method whose path contains `path` (a regex).

    refuse: the connection closes and nothing is done · status: `status` is answered, nothing is done ·
    limit: a 429 of this scope, nothing is done · drop: done, then the connection closes without an
    answer · late: done, answered after `delay` seconds · slow: done only after them.
    `via` is the header by which discord.py tells Discord's own 429 from its shield's.
    """

    kind: Kind
    method: str = ".*"
    path: str = ""
    times: int = 1
    status: int = 503
    retry_after: float = 0.05
    scope: Literal["user", "global", "shared"] = "user"
    delay: float = 3600.0
    via: bool = True

    def fits(self, call: Call) -> bool:
        """Whether this request meets the fault."""
        return bool(re.fullmatch(self.method, call.method) and re.search(self.path, call.path))


class Faults:
    """The failures ordered and not yet met, in order."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, *faults: Fault) -> None:
        """Let these happen, each as often as it says."""
        self._ordered.extend(faults)

    def pending(self) -> int:
        """How many requests are still to fail."""
        return sum(fault.times for fault in self._ordered)

    def clear(self) -> None:
        """Forget what was ordered."""
        self._ordered.clear()

    def take(self, call: Call) -> Fault | None:
        """The fault that this request meets, counted down, or None."""
        for fault in self._ordered:
            if fault.fits(call):
                fault.times -= 1
                if fault.times <= 0:
                    self._ordered.remove(fault)
                return fault
        return None
