"""`tocsin run`: the bot. With a token it rings in Discord, else in the terminal."""

import asyncio
import os
import sys

import typer

from bot.cli.options import ConfigOption


def run(context: typer.Context, config: ConfigOption = None) -> None:
    """Run the bot until Ctrl-C or SIGTERM; alerts go to Discord, or to the terminal without a token."""
    from bot.cli import compose, logs, told
    from bot.pipeline.run import Totals
    from bot.terminal.console import Terminal

    settings = told.checked(context, config)
    logs.set_up(settings.log.level, settings.log.format, told.secrets(settings))
    console = Terminal(file=sys.stdout)

    def greet() -> None:
        typer.echo(
            f"Tocsin watches {len(settings.sources)} sources for {len(settings.events)} events and "
            f"{len(settings.watches)} watches; data in {settings.storage.data}."
        )
        if settings.discord.token and settings.discord.channel:
            typer.echo("Alerts go to Discord.")
        elif settings.discord.token:
            typer.echo(
                "Alerts go to Discord; those of a watch without a channel go to this terminal, until "
                "tocsin.toml names one for all ([discord] channel = …)."
            )
        else:
            typer.echo(
                "Alerts go to this terminal. For Discord put DISCORD_TOKEN=… into .env and the channel's "
                "id into tocsin.toml ([discord] channel = …); tocsin doctor checks both."
            )

    async def live() -> Totals:
        async with compose.opened(settings, console) as house:
            await compose.live(house, started=greet)
            return house.pipeline.totals

    totals = asyncio.run(live(), debug=bool(os.environ.get("TOCSIN_DEBUG_LOOP")))
    typer.echo(
        f"Stopped: {totals.sources} polls ({totals.unchanged} unchanged, {totals.failed} failed), "
        f"{totals.posts_new} new posts, {totals.alerts} alerts, {totals.updates} updates."
    )
