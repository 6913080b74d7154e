"""`tocsin doctor`: looks at all that a start needs, and says how to mend what is wrong."""

import json
from typing import TYPE_CHECKING

import typer

from bot.cli.faults import FAULT
from bot.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from bot.cli.checkup import Finding


def doctor(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Check settings, database, sources and Discord; exit 1 if something needs mending."""
    findings = _settings_and_all(context, config)
    if as_json:
        rows = [{"subject": f.subject, "ok": f.ok, "said": f.said, "mend": f.mend} for f in findings]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FAULT)


def _settings_and_all(context: typer.Context, config: ConfigOption) -> "list[Finding]":
    import asyncio

    from bot.cli import checkup, told
    from config import ConfigError

    try:
        settings = told.checked(context, config)
    except ConfigError as error:
        # Without settings there is nothing else to look at.
        return [checkup.Finding("settings", problem.where, problem.what) for problem in error.problems]

    async def look() -> "list[Finding]":
        return [*await checkup.sources(settings), *await checkup.discord(settings)]

    lists = f"{len(settings.sources)} sources, {len(settings.events)} events, {len(settings.watches)} watches"
    return [checkup.Finding("settings", lists), checkup.database(settings), *asyncio.run(look())]


def _print(findings: "list[Finding]") -> None:
    from bot.terminal.clean import clean

    for finding in findings:
        typer.echo(f"{'ok   ' if finding.ok else 'FAULT'} {clean(finding.subject)}: {clean(finding.said)}")
        if finding.mend:
            typer.echo(f"      -> {clean(finding.mend)}")
    faults = sum(not finding.ok for finding in findings)
    typer.echo(f"{len(findings)} looked at, {faults} to mend")
