"""The Ringer of a terminal: it keeps nothing, so it rings at least once and an edit is one more line."""

from rich.console import Console

from bot.pipeline.ringer import Order, Sent, TryLater
from bot.terminal.panel import panel, updated


class TerminalRinger:
    """Prints alerts to a console: panels for new ones, a line for what grew since."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def ring(self, order: Order) -> Sent:
        """Print the message; raises TryLater when the terminal does not take it."""
        view = order.view
        # rich ends the whole process on a broken pipe, so it draws and the writing is done here.
        with self._console.capture() as drawn:
            self._console.print(panel(view, self._console.width) if order.ref is None else updated(view))
        try:
            self._console.file.write(drawn.get())
            self._console.file.flush()
        except OSError as error:
            raise TryLater(f"the terminal cannot be written to: {error.strerror or error}") from error
        return Sent(order.ref or f"terminal:{view.alert_id}")
