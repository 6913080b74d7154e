"""`tocsin`: reads the command line and calls the command. What is heavy is imported by the command itself."""

import sys
from collections.abc import Sequence

from bot import __version__


def main() -> None:
    """Run the command line and exit; a fault that a person can mend is told without a traceback."""
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Raises only what is a bug."""
    if list(arguments) == ["--version"]:  # answered at once, before anything is loaded
        print(f"tocsin {__version__}")
        return 0
    from bot.cli import faults
    from bot.cli.commands import app

    try:
        app(list(arguments), prog_name="tocsin", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:
        if (fault := faults.known(error)) is None:
            raise
        return faults.tell(fault)
    return 0
