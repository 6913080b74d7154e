"""Services start together, end in order, and none dies in silence."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.supervise import EndedEarly, Service, stop_on_signals, supervise, until_cancelled

HOUSE = Path(__file__).resolve().parents[2]


class Recorder:
    """Services that write down what becomes of them."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.started = asyncio.Event()

    def patient(self, name: str) -> Service:
        async def run(ending: asyncio.Event) -> None:
            self.said.append(f"{name} runs")
            self.started.set()
            await ending.wait()
            self.said.append(f"{name} ends")

        return Service(name, run)

    def deaf(self, name: str) -> Service:
        async def run(_: asyncio.Event) -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.said.append(f"{name} cancelled")
                raise

        return Service(name, run)


async def test_services_end_in_the_order_given() -> None:
    """Intake ends before the outbox is even asked, so that what came in last still goes out."""
    record, stop = Recorder(), asyncio.Event()
    stop.set()
    await supervise([record.patient("intake"), record.patient("outbox")], stop)
    assert [said for said in record.said if "ends" in said] == ["intake ends", "outbox ends"]


async def test_who_does_not_end_within_the_limit_is_cancelled_and_the_next_still_ends_well() -> None:
    record, stop = Recorder(), asyncio.Event()
    stop.set()
    await supervise([record.deaf("intake"), record.patient("outbox")], stop, limit=0.05)
    assert record.said == ["outbox runs", "intake cancelled", "outbox ends"]


async def test_a_service_that_fails_ends_all_and_is_told() -> None:
    record = Recorder()

    async def fails(_: asyncio.Event) -> None:
        await record.started.wait()
        raise LookupError("broken")

    with pytest.raises(ExceptionGroup) as caught:
        await supervise([record.patient("a"), Service("b", fails), record.deaf("c")], asyncio.Event())
    assert caught.group_contains(LookupError, match="broken")
    assert record.said == ["a runs", "c cancelled"]


async def test_a_service_that_returns_unasked_is_a_failure() -> None:
    async def returns(_: asyncio.Event) -> None:
        return

    with pytest.raises(ExceptionGroup) as caught:
        await supervise([Service("poller", returns)], asyncio.Event())
    assert caught.group_contains(EndedEarly, match="poller ended by itself")


async def test_a_service_fails_while_it_ends() -> None:
    async def run(ending: asyncio.Event) -> None:
        await ending.wait()
        raise LookupError("at the end")

    stop = asyncio.Event()
    stop.set()
    with pytest.raises(ExceptionGroup) as caught:
        await supervise([Service("a", run)], stop)
    assert caught.group_contains(LookupError)


async def test_a_connection_is_cancelled_when_asked_to_end_and_closes_first() -> None:
    said: list[str] = []

    async def connection() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            said.append("closed")

    stop = asyncio.Event()
    stop.set()
    await supervise([Service("discord", until_cancelled(connection))], stop)
    assert said == ["closed"]


async def test_a_connection_that_breaks_is_told() -> None:
    async def connection() -> None:
        raise LookupError("refused")

    with pytest.raises(ExceptionGroup) as caught:
        await supervise([Service("discord", until_cancelled(connection))], asyncio.Event())
    assert caught.group_contains(LookupError, match="refused")


async def test_the_first_signal_asks_and_handlers_come_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    stop = asyncio.Event()
    with stop_on_signals(stop):
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(5):
            await stop.wait()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


STUBBORN = """
import asyncio
from bot.cli.supervise import Service, stop_on_signals, supervise

async def main():
    stop = asyncio.Event()
    async def deaf(ending):
        print("up", flush=True)
        await ending.wait()
        print("asked", flush=True)
        import time
        while True:  # holds the loop for good, as the worst of bugs would
            time.sleep(0.01)
    with stop_on_signals(stop):
        await supervise([Service("deaf", deaf)], stop)

asyncio.run(main())
"""


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_ends_the_process_even_when_the_loop_hangs(second: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGINT)
        while (line := process.stdout.readline()) != "asked\n":
            assert line, "ended without being forced"
        process.send_signal(second)
        assert process.wait(10) == 130
        assert "stopped at once" in process.stderr.read()
