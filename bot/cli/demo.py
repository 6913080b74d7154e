"""`tocsin demo`: the whole pipeline offline, on sample outlets that a loopback server replays at speed."""

import asyncio
import sys


def demo() -> None:
    """Show what Tocsin does: months of news about one event, replayed offline in seconds."""
    from bot.cli import logs
    from bot.cli.replaying import play
    from bot.terminal.console import Terminal

    logs.set_up("warning")
    asyncio.run(play(Terminal(file=sys.stdout)))
