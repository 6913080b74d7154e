"""`tocsin demo`: the whole pipeline offline, on sample outlets that loopback servers replay at speed."""

import asyncio
import sys
import tempfile
from collections import Counter
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta

    from bot.demo.closing import Fate
    from bot.demo.posts import SamplePost, Script
    from bot.demo.replay import Clock
    from bot.demo.server import Stage
    from bot.pipeline.poll import PollOutcome
    from bot.pipeline.run import Pipeline
    from bot.terminal.console import Terminal
    from config import SourceSpec


def demo() -> None:
    """Show what Tocsin does: months of news about one event, replayed offline in seconds."""
    from bot.cli import logs
    from bot.terminal.console import Terminal

    logs.set_up("warning")
    asyncio.run(_play(Terminal(file=sys.stdout)))


async def _play(console: "Terminal") -> None:
    from bot.demo import closing, posts, replay
    from bot.demo.server import Stage

    script = posts.load()
    clock = replay.Clock(script.steps[0])
    fates: list[Fate] = []
    seen = _Posts(script)
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as home:
        async with Stage(script) as stage, _house(Path(home), stage, clock, console) as pipeline:
            console.print(
                f"Replaying {len(script.posts)} posts of {len(script.outlets)} sources, "
                f"{script.steps[0]:%d %B} to {script.steps[-1]:%d %B %Y}, from servers on {stage.base}.\n"
            )
            async for _ in replay.steps(stage, clock):
                for outcome in await pipeline.poll_all():
                    fates += seen.fates(outcome)
                await pipeline.deliver_all()
    totals = pipeline.totals
    console.print(closing.table(fates))
    console.print(closing.line(totals.alerts, totals.updates, totals.posts_new + seen.revisions))


@asynccontextmanager
async def _house(
    home: Path, stage: "Stage", clock: "Clock", console: "Terminal"
) -> "AsyncIterator[Pipeline]":
    """The real pipeline on a real SQLite file, with the stage's sources and the demo's own configuration."""
    from datetime import timedelta

    from bot.cli.compose import LOCAL, rules
    from bot.cli.doors import make_door
    from bot.pipeline.run import Pipeline
    from bot.terminal.ringer import TerminalRinger
    from config import load
    from storage import seed
    from storage.database import Database
    from watchers.kinds import KINDS

    file = resources.files("bot.demo").joinpath("demo.toml")
    with resources.as_file(file) as path:
        settings = load({"TOCSIN_DATA": str(home)}, home, path)
    database = Database.open(settings.storage.url.get_secret_value(), pipeline=True)
    try:
        async with make_door(settings) as door:
            pipeline = Pipeline(database, door, TerminalRinger(console), KINDS, rules(settings), clock=clock)
            await database.write(
                seed.bring, LOCAL, clock(), sources=_sources(stage, timedelta(days=7)),
                events=settings.events, watches=settings.watches,
            )  # fmt: skip
            await pipeline.load()
            yield pipeline
    finally:
        database.close()


def _sources(stage: "Stage", lookback: "timedelta") -> "list[SourceSpec]":
    from config import SourceSpec

    specs = []
    for outlet in stage.script.outlets:
        bluesky = outlet.format == "bluesky"
        kind = "bluesky" if bluesky else "feed"
        address = f"https://bsky.app/profile/{stage.address(outlet)}" if bluesky else stage.address(outlet)
        options = {"base": stage.base} if bluesky else {}
        specs.append(
            SourceSpec.model_validate(
                {"kind": kind, "url": address, "name": outlet.name, "lookback": lookback, "options": options}
            )
        )
    return specs


class _Posts:
    """Finds the sample post again that a poll brought, by source and guid, one revision after the other."""

    def __init__(self, script: "Script") -> None:
        self._waiting: dict[str, list[SamplePost]] = {}
        for post in script.posts:
            self._waiting.setdefault(post.id, []).append(post)
        self._numbers: dict[int, int] = {}
        self._edited: Counter[int] = Counter()
        self.revisions = 0

    def fates(self, outcome: "PollOutcome") -> "list[Fate]":
        """What became of each post of one poll."""
        from bot.demo.closing import Fate

        found = []
        for fate in outcome.result.fates:
            self.revisions += fate.revision > 1
            waiting = self._waiting.get(fate.guid.rpartition("/")[2]) or self._waiting.get(fate.guid)
            if not waiting:
                continue
            post = waiting.pop(0)
            changes = [change for placed in fate.placed for change in placed.changes if not change.silent]
            if not changes:
                found.append(Fate(post, why=fate.why))
                continue
            change = changes[0]
            number = self._numbers.setdefault(change.alert_id, len(self._numbers) + 1)
            found.append(Fate(post, number, change.new, not change.new, fate.why))
        return found
