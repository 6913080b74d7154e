"""All that discord.py and its transport raise, mapped in one place to what the outbox does about it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import aiohttp
import discord

from bot.pipeline.ringer import ChannelClosed, MessageGone, Refused, RingError, TryLater

UNKNOWN_MESSAGE = 10008
TOO_MANY_OLD_EDITS = 30046
NO_HISTORY = 160002
CLOSED = frozenset(
    {
        10003,  # unknown channel
        10004,  # unknown guild
        50001,  # missing access
        50008,  # not a channel for text
        50013,  # missing permissions
        50024,  # not possible in this type of channel
        50083,  # thread archived
        160005,  # thread locked
    }
)
PATIENCE = frozenset({20016, 20028, 40062, 130000})  # slow mode, write limits, overload


class EditLimit(Exception):
    """Discord takes no more edits of this old message for now (30046)."""


def edit_limit_trace() -> aiohttp.TraceConfig:
    """A trace that raises EditLimit as soon as Discord says so.

    30046 comes as a 429; discord.py would sleep and try again up to five times, to no end: the limit
    is the message's. `http_trace` is its documented way of looking at answers.
    """

    async def look(
        session: aiohttp.ClientSession,  # noqa: ARG001 - aiohttp's signature
        context: SimpleNamespace,  # noqa: ARG001
        params: aiohttp.TraceResponseChunkReceivedParams,
    ) -> None:
        if (
            params.method == "PATCH"
            and b"30046" in params.chunk
            and _code(params.chunk) == TOO_MANY_OLD_EDITS
        ):
            raise EditLimit

    trace = aiohttp.TraceConfig()
    trace.on_response_chunk_received.append(look)
    return trace


def _code(body: bytes) -> int | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer.get("code") if isinstance(answer, dict) else None


@contextmanager
def translated() -> Iterator[None]:
    """Raise a RingError, or EditLimit, in place of what discord.py or aiohttp raised; bugs pass."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code == TOO_MANY_OLD_EDITS:
            raise EditLimit from error
        raise _from_answer(error) from error
    except discord.RateLimited as error:
        raise TryLater("Discord asks for patience", error.retry_after) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise TryLater(f"Discord did not answer: {type(error).__name__}") from error


def _from_answer(error: discord.HTTPException) -> RingError:
    said = f"Discord answered {error.status} ({error.code}): {error.text[:500]}"
    if error.code == UNKNOWN_MESSAGE:
        return MessageGone(said)
    if error.code in CLOSED:
        return ChannelClosed(said)
    # 401: the token was withdrawn. The gateway ends the program for it; the message is not at fault.
    if error.status in (401, 408, 429) or error.status >= 500 or error.code in PATIENCE:
        return TryLater(said, _retry_after(error))
    return Refused(said)


def _retry_after(error: discord.HTTPException) -> float | None:
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None
