"""A process beside ours in which what came from outside is parsed, within limits of time and memory.

A thread would not do: a regular expression holds the interpreter's lock while it runs, so that an
author field of 200 kB of letters, which keeps feedparser's busy for minutes, would stop the whole bot;
and a thread cannot be ended. The process also puts parsing on another core.

    async with Worker() as worker:
        document = await worker.run(parse, body)

`parse` must be a module's own function whose arguments and result can be pickled.
"""

import asyncio
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, ParamSpec, Self, TypeVar, cast

from watchers.errors import Malformed

P = ParamSpec("P")
T = TypeVar("T")

TIME_LIMIT = 20.0
MEMORY_LIMIT = 1024 * 1024 * 1024
_LENGTH = struct.Struct("!Q")
_TOO_MUCH = "the document needs more {} than a document of its size should; its keeper has to mend it"


class Worker:
    """One process, started at the first call and again after it had to be ended. Calls take turns.

    `limit`: seconds that one call may take, its wait for a turn aside.
    """

    def __init__(self, limit: float = TIME_LIMIT) -> None:
        self._limit = limit
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `call(*args, **kwargs)` returns or raises; Malformed if it exceeds the limits."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._limit):
                    answer = await self._ask(pickle.dumps((call, args, kwargs), pickle.HIGHEST_PROTOCOL))
            except TimeoutError as error:
                raise Malformed(_TOO_MUCH.format("time")) from error
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                raise Malformed("the document makes the parser fail; its keeper has to mend it") from error
        done, value = answer
        if not done:
            raise value
        return cast("T", value)

    async def _ask(self, question: bytes) -> tuple[bool, Any]:
        done = False
        try:
            process = await self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(_LENGTH.pack(len(question)) + question)
            await process.stdin.drain()
            (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
            answer = await process.stdout.readexactly(length)
            done = True
        finally:
            if not done:  # its answer, if one still comes, would be taken for the next call's
                await self._end()
        return cast("tuple[bool, Any]", pickle.loads(answer))  # noqa: S301 - written by our own process

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            # No secret of the environment goes along; the path does, so that the same code is found.
            kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TZ") if name in os.environ}
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "watchers.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**kept, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)},
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # until its pipes are closed, too


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):  # not every system has it
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the other side closes."""
    while len(head := questions.read(_LENGTH.size)) == _LENGTH.size:
        answer = _answer(questions.read(_LENGTH.unpack(head)[0]))
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _answer(question: bytes) -> bytes:
    outcome: tuple[bool, object]
    try:
        call, args, kwargs = pickle.loads(question)  # noqa: S301 - written by our own parent
        outcome = True, call(*args, **kwargs)
    except (MemoryError, RecursionError):
        outcome = False, Malformed(_TOO_MUCH.format("memory"))
    except Exception as error:  # noqa: BLE001 - it is raised where the call was made
        outcome = False, error
    return pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end closes our input
    _limit_memory()
    # What parsers print must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(sys.stdin.buffer, answers)
