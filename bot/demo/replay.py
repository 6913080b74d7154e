"""The demo's clock: it stands still while a step is polled, and jumps to the next."""

from collections.abc import AsyncIterator
from datetime import datetime

from bot.demo.server import Stage


class Clock:
    """A clock that only `turn` moves; calling it gives the virtual moment (aware UTC)."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def turn(self, to: datetime) -> None:
        """Move to a later moment; ValueError for an earlier one."""
        if to < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()}, which is after {to.isoformat()}")
        self._now = to


async def steps(stage: Stage, clock: Clock) -> AsyncIterator[datetime]:
    """Give every step of the stage's script in order, with the clock and the stage set to it.

    The caller polls every source once, and delivers, before it asks for the next step.
    """
    for step in stage.script.steps:
        clock.turn(step)
        stage.moment = step
        yield step
