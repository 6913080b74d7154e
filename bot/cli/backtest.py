"""`tocsin backtest POSTS`: the same pipeline on posts from a file, on a virtual clock, in memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.faults import Fault
from bot.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from bot.cli.rehearsal import Rehearsal


def backtest(
    context: typer.Context,
    posts: Annotated[Path, typer.Argument(metavar="POSTS.jsonl[.gz]", help="One post a line, in order.")],
    events: Annotated[
        Path | None, typer.Option("--events", metavar="EVENTS.toml", help="The events to track.")
    ] = None,
    watch: Annotated[
        list[str] | None, typer.Option("--watch", metavar="QUERY", help="A watch; * is everything.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run posts from a file through the pipeline and print what would ring.

    Without --events and --watch, the settings say what is watched for.
    """
    from bot.cli.posts_file import read_posts

    rehearsal = _rehearsal(context, config, events, watch or [])
    alerts = updates = read = 0
    try:
        for line in read_posts(posts):
            read += 1
            for told in rehearsal.read(line):
                alerts += told["action"] == "alert"
                updates += told["action"] == "update"
                typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _said(told))
    finally:
        rehearsal.close()
    typer.echo(f"{alerts} alerts, {updates} updates, {read} posts", err=as_json)


def _rehearsal(
    context: typer.Context, config: Path | None, events: Path | None, queries: list[str]
) -> "Rehearsal":
    from bot.cli.rehearsal import Rehearsal
    from bot.cli.told import checked
    from config.events_file import load_events
    from config.specs import WatchSpec
    from matching.query import QueryError, parse

    for query in queries:
        try:
            parse(query)
        except QueryError as error:
            raise Fault(f"--watch: {error}") from None
    named = [WatchSpec(name=query[:100], query=query) for query in dict.fromkeys(queries)]
    if events is not None or named:
        return Rehearsal(load_events(events) if events else (), named)
    settings = checked(context, config)
    return Rehearsal(settings.events, settings.watches)


def _said(told: dict[str, Any]) -> str:
    return "\n".join(_lines(told))


def _lines(told: dict[str, Any]) -> Iterator[str]:
    from bot.terminal.clean import clean

    mark = "RING" if told["action"] == "alert" else "  + "
    what = told["event"] or ", ".join(told["watches"])
    status = f" [{told['status']}]" if told["status"] else ""
    yield f"{mark} {told['at'][:16]} #{told['alert']} {clean(what)}{status} {clean(told['headline'])}"
    if told["action"] == "alert":
        yield f"     {clean(told['why'])}"
