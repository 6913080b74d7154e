"""`tocsin poll --once`: every source once, delivered, and the totals."""

import asyncio
import dataclasses
import json
import sys
import time
from typing import Annotated

import typer

from bot.cli.faults import USAGE
from bot.cli.options import ConfigOption, JsonOption


def poll(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Poll every enabled source once, then end.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only the sources that are due.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Poll sources once, take in what is new, deliver the alerts, and print the totals."""
    from bot.cli import compose, logs, told
    from bot.terminal.console import Terminal

    if not once:
        typer.echo("tocsin: poll needs --once; to poll on and on, use tocsin run", err=True)
        raise typer.Exit(USAGE)
    settings = told.checked(context, config)
    # A person who polls by hand wants the alerts and the totals, not each source's life.
    level = "warning" if settings.log.level == "info" else settings.log.level
    logs.set_up(level, settings.log.format, told.secrets(settings))
    console = Terminal(file=sys.stderr if as_json else sys.stdout)
    began, cpu = time.perf_counter(), time.process_time()

    async def job(house: compose.House) -> None:
        await house.pipeline.poll_all(only_due=due)
        await house.connected()
        await house.pipeline.deliver_all()

    async def live() -> dict[str, object]:
        async with compose.opened(settings, console) as house:
            await compose.live(house, job)
            return dataclasses.asdict(house.pipeline.totals)

    totals = asyncio.run(live())
    totals |= {
        "seconds": round(time.perf_counter() - began, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
    }
    if as_json:
        typer.echo(json.dumps(totals))
    else:
        typer.echo(", ".join(f"{value} {name.replace('_', ' ')}" for name, value in totals.items()))
