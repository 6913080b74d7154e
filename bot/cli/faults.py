"""Errors that a person can mend, said without a traceback; everything else is a bug and keeps its own."""

import sys

FAULT, USAGE, LATER, SETTINGS, FORCED = 1, 2, 75, 78, 130
"""Exit codes; the package's docstring explains them."""


_LATER = (
    ("storage.errors", "Unavailable"),
    ("storage.errors", "InUse"),
    ("bot.discord.client", "Unreachable"),
)
_MENDABLE = (
    ("storage.errors", "StorageError"),
    ("watchers.errors", "WatcherError"),
    ("bot.discord.client", "TokenRefused"),
    ("bot.discord.api_base", "BadApiBase"),
)


class Fault(Exception):
    """A command cannot go on. str() is told to the user: what happened, and what to do."""

    def __init__(self, message: str, code: int = FAULT) -> None:
        super().__init__(message)
        self.code = code


def known(error: Exception) -> Fault | None:
    """The fault that an exception stands for, None for a bug. Heavy packages are only looked at if loaded."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, ExceptionGroup):
        return _together([known(one) for one in error.exceptions])
    if _is(error, "config.errors", "ConfigError"):
        return Fault(str(error), SETTINGS)
    if any(_is(error, *kind) for kind in _LATER):
        return Fault(str(error), LATER)
    if any(_is(error, *kind) for kind in _MENDABLE):
        return Fault(str(error))
    return None


def _together(faults: list[Fault | None]) -> Fault | None:
    """What several tasks died of at once; a bug among them is told as a bug."""
    found = [fault for fault in faults if fault is not None]
    if len(found) < len(faults):
        return None
    return Fault("\n".join(str(fault) for fault in found), found[0].code)


def _is(error: Exception, module: str, name: str) -> bool:
    # A module that was never imported cannot have raised its error.
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))


def tell(fault: Fault) -> int:
    """Tell a fault on stderr, each line as Tocsin's own; returns its exit code."""
    for line in str(fault).splitlines():
        print(f"tocsin: {line}", file=sys.stderr)
    return fault.code
