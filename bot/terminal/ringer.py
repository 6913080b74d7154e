"""The Ringer of a terminal: it keeps nothing, so it rings at least once and an edit is one more line."""

from bot.pipeline.ringer import Order, Sent, TryLater
from bot.terminal.console import Terminal
from bot.terminal.panel import panel, updated

_HERE = "terminal:"


def stands_here(ref: str | None) -> bool:
    """Whether a message's ref was given by a terminal."""
    return ref is not None and ref.startswith(_HERE)


class TerminalRinger:
    """Prints alerts to a console: panels for new ones, a line for what grew since."""

    def __init__(self, console: Terminal) -> None:
        self._console = console

    async def ring(self, order: Order) -> Sent:
        """Print the message; raises TryLater when the terminal does not take it."""
        view = order.view
        try:
            self._console.print(panel(view, self._console.width) if order.ref is None else updated(view))
        except OSError as error:
            raise TryLater(f"the terminal cannot be written to: {error.strerror or error}") from error
        return Sent(order.ref or f"{_HERE}{view.alert_id}")
