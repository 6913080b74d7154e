"""What the worker's process is asked to do in its tests: it must find these by name."""

import os
import time


def double(number: int) -> int:
    """Twice the number."""
    return 2 * number


def fail() -> None:
    """Raise what has arguments and attributes."""
    from watchers.errors import NotAFeed

    raise NotAFeed("no feed", feeds=("https://bells.example/feed",))


def chatter() -> str:
    """Print, which must not get between the answers."""
    print("ding" * 1000)
    return "dong"


def sleep_forever() -> None:
    """Never return."""
    time.sleep(3600)


def die() -> None:
    """End the process, as a crash of a parser does."""
    os._exit(11)


def devour() -> int:
    """Take more memory than there may be."""
    return len(bytearray(4 * 1024**3))


def environment() -> dict[str, str]:
    """What the process knows of ours."""
    return dict(os.environ)
