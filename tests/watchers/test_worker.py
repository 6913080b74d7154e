"""The process beside ours: what it answers, and what it takes to end it."""

import asyncio
import io
import pickle
from collections.abc import AsyncIterator

import pytest

from tests.fakes.web import Web
from tests.watchers import calls
from tests.watchers.texts import item, poll, rss
from watchers.errors import Malformed, NotAFeed
from watchers.fetch import Door
from watchers.worker import _LENGTH, Worker, _serve


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    """A worker with half a second for each call."""
    async with Worker(limit=0.5) as running:
        async with asyncio.timeout(10):
            while True:  # its start may take longer than the limit on a busy machine
                try:
                    await running.run(calls.double, 1)
                except Malformed:
                    continue
                break
        yield running


async def test_it_answers_each_caller_with_his_own_result(worker: Worker) -> None:
    answers = await asyncio.gather(*(worker.run(calls.double, number) for number in range(50)))
    assert answers == [2 * number for number in range(50)]


async def test_what_a_call_raises_arrives_whole(worker: Worker) -> None:
    with pytest.raises(NotAFeed, match="no feed") as caught:
        await worker.run(calls.fail)
    assert caught.value.feeds == ("https://bells.example/feed",)


async def test_what_a_call_prints_does_no_harm(worker: Worker) -> None:
    assert await worker.run(calls.chatter) == "dong"
    assert await worker.run(calls.double, 2) == 4


@pytest.mark.parametrize(
    ("call", "message"), [(calls.sleep_forever, "time"), (calls.die, "fail"), (calls.devour, "memory")]
)
async def test_a_call_beyond_its_limits_ends_alone(worker: Worker, call: object, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        await worker.run(call)  # type: ignore[arg-type]


async def test_after_a_crash_the_next_call_has_a_new_process() -> None:
    async with Worker() as worker:
        with pytest.raises(Malformed):
            await worker.run(calls.die)
        assert await worker.run(calls.double, 2) == 4


async def test_a_caller_who_goes_away_leaves_no_answer_behind() -> None:
    async with Worker() as worker:
        await worker.run(calls.double, 1)
        waiting = asyncio.create_task(worker.run(calls.sleep_forever))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await worker.run(calls.double, 3) == 6


async def test_no_secret_of_the_environment_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "hush")
    async with Worker() as worker:
        assert "hush" not in (await worker.run(calls.environment)).values()


async def test_an_author_that_keeps_a_regular_expression_busy_for_minutes_ends_in_an_error(
    door: Door, server: Web
) -> None:
    """feedparser looks for an address of mail in it, in time that grows with the square of its length."""
    door.worker._limit = 1.0
    hostile = rss(item(more=f"<author>{'a' * 300_000}</author>"))
    loop = asyncio.get_running_loop()
    longest, last = 0.0, loop.time()

    async def heart() -> None:
        nonlocal longest, last
        while True:
            await asyncio.sleep(0.005)
            longest, last = max(longest, loop.time() - last), loop.time()

    beating = asyncio.create_task(heart())
    with pytest.raises(Malformed, match="time"):
        await poll(door, server.serve("/", hostile))
    beating.cancel()
    assert longest < 0.5  # the event loop was not held meanwhile


def test_questions_are_answered_in_order_until_the_other_side_closes() -> None:
    """The process's own half, without a process."""
    asked = [pickle.dumps((calls.double, (2,), {})), pickle.dumps((calls.fail, (), {})), b"rubbish"]
    answers = io.BytesIO()
    _serve(io.BytesIO(b"".join(_LENGTH.pack(len(one)) + one for one in asked) + b"cut"), answers)
    answers.seek(0)
    outcomes = [pickle.loads(answers.read(*_LENGTH.unpack(answers.read(_LENGTH.size)))) for _ in asked]
    assert outcomes[0] == (True, 4)
    assert [done for done, _ in outcomes] == [True, False, False]
    assert isinstance(outcomes[1][1], NotAFeed)
    assert answers.read() == b""
