"""The list of commands. Each stands in a file of its own."""

from typing import Annotated

import typer

from bot import __version__
from bot.cli import backtest, config_command, demo, doctor, poll, run, why
from bot.cli.options import ConfigOption

app = typer.Typer(
    no_args_is_help=False,
    pretty_exceptions_enable=False,  # bot.cli.main tells faults; a bug keeps its plain traceback
    add_completion=False,
    rich_markup_mode=None,
    help="Watches news and social posts, and rings once per new development. Without a command: run.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    config: ConfigOption = None,
    version: Annotated[  # noqa: ARG001 -- its callback answers
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Print the version.")
    ] = False,
) -> None:
    """Watches news and social posts, and rings once per new development. Without a command: run."""
    context.obj = config
    if context.invoked_subcommand is None:
        run.run(context)


app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("poll")(poll.poll)
app.command("why")(why.why)
app.command("backtest")(backtest.backtest)
app.command("doctor")(doctor.doctor)
app.command("config")(config_command.config)
