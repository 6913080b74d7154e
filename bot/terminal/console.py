"""rich's console, but a reader that has gone away is an error for the caller and not the process's end."""

from rich.console import Console


class Terminal(Console):
    """A console whose print raises BrokenPipeError; otherwise rich's own (NO_COLOR, plain when piped)."""

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles a BrokenPipeError; rich's own version exits the process."""
        raise  # noqa: PLE0704 -- within rich's except clause
