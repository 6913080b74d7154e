"""Logging: structlog and everything that logs by the standard library, on stderr, in one form.

Human on a terminal, one JSON object a line elsewhere. No secret and no control character passes.
"""

import logging
import os
import re
import sys
from collections.abc import Collection, Iterable
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

NOISY = {
    "discord": "warning",
    "discord.client": "error",  # warns at each start that voice, which we do not use, is not supported
    "aiohttp.access": "warning",
    "alembic": "warning",
    "asyncio": "warning",
}
"""Loggers of packages that we use, and the level from which they matter; debug shows them all."""


def set_up(
    level: str, form: str = "auto", secrets: Collection[str] = (), stream: TextIO | None = None
) -> None:
    """Configure all logging of this process. `form`: auto, human or json; `secrets` are masked everywhere."""
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(_Masking(_formatter(target, form), secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in NOISY.items():
        logging.getLogger(name).setLevel("DEBUG" if level == "debug" else least.upper())
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _shared() -> Iterable[Processor]:
    return (
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_controls,
    )


def _formatter(target: TextIO, form: str) -> logging.Formatter:
    tty = target.isatty()
    human = form == "human" or (form == "auto" and tty)
    renderer: Processor
    if human:
        renderer = structlog.dev.ConsoleRenderer(colors=tty and not os.environ.get("NO_COLOR"))
    else:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    before: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not human:
        before.append(structlog.processors.format_exc_info)
    foreign: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_controls,
    ]
    return structlog.stdlib.ProcessorFormatter(processors=[*before, renderer], foreign_pre_chain=foreign)


def _without_controls(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Text from outside that is logged moves no cursor and forges no line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", value.replace("\n", " ⏎ "))
    return event


class _Masking(logging.Formatter):
    """The last thing before the stream: whatever was rendered, tracebacks included, shows no secret."""

    def __init__(self, inner: logging.Formatter, secrets: Collection[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = [secret for secret in secrets if len(secret) >= 4]

    def format(self, record: logging.LogRecord) -> str:
        text = self._inner.format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text
