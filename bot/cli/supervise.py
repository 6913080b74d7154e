"""Long tasks: started together under their names, none dies in silence, stopped in order and within a limit.

SIGINT, SIGTERM ─→ stop ─→ the first service is asked to end, then the next …; who takes longer
                           than what is left of the limit is cancelled
a second signal ─→ the process ends at once: what is committed is safe, the rest is done again
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import structlog

from bot.cli.faults import FORCED

STOP_SECONDS = 20.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """A long task. `run` goes on until the event it is given is set, then finishes what it began."""

    name: str
    run: Callable[[asyncio.Event], Awaitable[None]]


class EndedEarly(RuntimeError):
    """A service returned although nobody had asked it to: a bug of ours."""


async def supervise(services: Sequence[Service], stop: asyncio.Event, limit: float = STOP_SECONDS) -> None:
    """Run all services until `stop` is set, then end them in the order given within `limit` seconds.

    A service that raises, or returns unasked, ends all of them at once: raises an ExceptionGroup.
    """
    async with asyncio.TaskGroup() as group:
        running = []
        for service in services:
            ending = asyncio.Event()
            task = group.create_task(_live(service, ending), name=service.name)
            running.append((service, ending, task))
        await stop.wait()
        deadline = asyncio.get_running_loop().time() + limit
        for service, ending, task in running:
            ending.set()
            await _end(service, task, deadline)


async def _live(service: Service, ending: asyncio.Event) -> None:
    await service.run(ending)
    if not ending.is_set():
        raise EndedEarly(f"{service.name} ended by itself")


async def _end(service: Service, task: "asyncio.Task[None]", deadline: float) -> None:
    left = max(0.0, deadline - asyncio.get_running_loop().time())
    done, _ = await asyncio.wait({task}, timeout=left)
    if not done:
        _log.warning("stop.cancelled", service=service.name)
        task.cancel()
        await asyncio.wait({task})


def until_cancelled(run: Callable[[], Awaitable[object]]) -> Callable[[asyncio.Event], Awaitable[None]]:
    """A service from something that only ends by being cancelled, such as a connection."""

    async def live(ending: asyncio.Event) -> None:
        asked = asyncio.ensure_future(ending.wait())
        work = asyncio.ensure_future(run())
        try:
            await asyncio.wait({asked, work}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            if not work.done():
                work.cancel()
            await asyncio.wait({work})
        if not work.cancelled():
            work.result()

    return live


@contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Within this, SIGINT or SIGTERM sets `stop`; the next one ends the process. For the running loop."""
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def first(number: int) -> None:
        _log.info("stop.asked", signal=signal.Signals(number).name)
        stop.set()
        for known in before:
            # Not through the loop, which a hanging task might hold.
            loop.remove_signal_handler(known)
            signal.signal(known, _at_once)

    for number in before:
        loop.add_signal_handler(number, first, number)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def _at_once(_: int, __: FrameType | None) -> None:
    print("tocsin: stopped at once; what was under way is done again at the next start", file=sys.stderr)
    sys.stderr.flush()
    os._exit(FORCED)
