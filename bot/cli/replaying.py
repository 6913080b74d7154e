"""What `tocsin demo` does: sample outlets on a loopback server, the real pipeline, a clock that jumps."""

import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path

from bot.cli.compose import LOCAL, rules
from bot.cli.doors import make_door
from bot.demo import bluesky, closing, posts, replay
from bot.demo.closing import Fate
from bot.demo.posts import Script
from bot.demo.replay import Clock
from bot.demo.server import Stage
from bot.pipeline.poll import PollOutcome
from bot.pipeline.run import Pipeline
from bot.terminal.console import Terminal
from bot.terminal.ringer import TerminalRinger
from config import SourceSpec, load
from storage import seed
from storage.database import Database
from watchers.kinds import KINDS

UNCHANGED = "known, and its content has not changed"


async def play(console: Terminal) -> list[Fate]:
    """Replay the script; alerts, the closing table and the closing line go to the console.

    Returns what became of each post, in order of appearance.
    """
    script = posts.load()
    clock = Clock(script.steps[0])
    fates: list[Fate] = []
    numbers: dict[int, int] = {}
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as home:
        async with Stage(script) as stage, _house(Path(home), stage, clock, console) as pipeline:
            console.print(
                f"Replaying {len(script.posts)} posts of {len(script.outlets)} sources, "
                f"{script.steps[0]:%d %B} to {script.steps[-1]:%d %B %Y}, from servers on {stage.base}.\n"
            )
            async for step in replay.steps(stage, clock):
                fates += fates_at(step, script, await pipeline.poll_all(), numbers)
                await pipeline.deliver_all()
    console.print(closing.table(fates))
    console.print(closing.line(pipeline.totals.alerts, pipeline.totals.updates, len(fates)))
    return fates


@asynccontextmanager
async def _house(home: Path, stage: Stage, clock: Clock, console: Terminal) -> AsyncIterator[Pipeline]:
    """The real pipeline on a real SQLite file, with the stage's sources and the demo's own configuration."""
    with resources.as_file(resources.files("bot.demo").joinpath("demo.toml")) as path:
        settings = load({"TOCSIN_DATA": str(home)}, home, path)
    database = Database.open(settings.storage.url.get_secret_value(), pipeline=True)
    try:
        async with make_door(settings) as door:
            pipeline = Pipeline(database, door, TerminalRinger(console), KINDS, rules(settings), clock=clock)
            await database.write(
                seed.bring,
                LOCAL,
                clock(),
                sources=_sources(stage),
                events=settings.events,
                watches=settings.watches,
            )
            await pipeline.load()
            yield pipeline
    finally:
        database.close()


def _sources(stage: Stage) -> Iterator[SourceSpec]:
    for outlet in stage.script.outlets:
        if outlet.format == "bluesky":
            kind, options = "bluesky", {"base": stage.base}
        else:
            kind, options = "feed", {}
        spec = KINDS[kind].check(stage.address(outlet), options)
        yield SourceSpec(kind=kind, url=spec.url, name=outlet.name, options=dict(spec.options))


def fates_at(
    step: datetime, script: Script, outcomes: Iterable[PollOutcome], numbers: dict[int, int]
) -> list[Fate]:
    """What became of each sample post that appeared at this step, by what the polls of it say.

    `numbers` counts alerts from 1 as they ring; the caller keeps it from step to step.
    """
    polled = list(outcomes)
    told = {fate.guid: fate for outcome in polled for fate in outcome.result.fates}
    # A fault of a source must not look like the silence of the matching.
    silence = "; ".join(outcome.error for outcome in polled if outcome.error) or UNCHANGED
    found = []
    for post in (one for one in script.posts if one.step == step):
        fate = told.get(bluesky.guid(post) if post.outlet.format == "bluesky" else post.id)
        if fate is None:
            found.append(Fate(post, why=silence))
            continue
        changes = [change for placed in fate.placed for change in placed.changes if not change.silent]
        change = next((one for one in changes if one.new), changes[0] if changes else None)
        alert = numbers.setdefault(change.alert_id, len(numbers) + 1) if change else None
        found.append(Fate(post, alert, rang=change is not None and change.new, why=fate.why))
    return found
