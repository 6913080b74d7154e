"""The time, as one replaceable function: the real one here, a virtual one in a backtest and in tests."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment, aware UTC."""


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)
