"""`tocsin demo` from end to end: the real fetch, pipeline, database and terminal, on the sample outlets."""

from datetime import datetime

import pytest

from bot.cli.replaying import UNCHANGED, fates_at, play
from bot.demo.bluesky import guid
from bot.demo.closing import JOINED, RANG, SILENT
from bot.demo.posts import load
from bot.pipeline.ingest import IngestResult
from bot.pipeline.place import Fate as Placement
from bot.pipeline.poll import PollOutcome
from bot.terminal.console import Terminal

SCRIPT = load()

FIRST = {post.reports: post for post in reversed(SCRIPT.posts) if post.reports is not None}
FIRST = dict(reversed(FIRST.items()))
"""The developments in order, each with the post that tells it first."""


SILENCED = {
    "another product of the same company",
    "another company's open-weight release",
    "passing mention",
    "changed date",
}
"""Traps that must not even grow an alert; copies, edits, rumours and commentary may."""


async def test_the_four_developments_ring_once_each_and_no_trap_rings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fates = await play(Terminal(width=160, color_system=None))
    out = capsys.readouterr().out
    updates = sum(fate.outcome == JOINED for fate in fates)
    assert out.splitlines()[-1] == f"4 alerts, {updates} updates, {len(SCRIPT.posts)} posts"
    assert out.count("first seen") == 4  # an alert is a panel, and a panel says when it was first seen
    assert out.count(" updated · ") == updates

    assert [fate.post for fate in fates] == list(SCRIPT.posts)
    assert [fate.post for fate in fates if fate.outcome == RANG] == list(FIRST.values())
    assert [fate.alert for fate in fates if fate.outcome == RANG] == [1, 2, 3, 4]
    assert all(fate.why for fate in fates)
    for fate in fates:
        post = fate.post
        if post.trap in SILENCED or (post.reports is None and post.trap is None):
            assert fate.outcome == SILENT, post
        elif post.reports is not None and post.trap is None:
            assert fate.alert == 1 + list(FIRST).index(post.reports), post


def polled(guid: str, error: str | None = None) -> PollOutcome:
    """A poll that brought one post, of which no watch takes notice."""
    fate = Placement(1, guid, 1, silent=False, why="no watch and no event is hit")
    return PollOutcome(1, "failed" if error else "changed", IngestResult((fate,), 1), error)


def at(trap: str) -> datetime:
    """The step of the first post with that trap."""
    return next(post.step for post in SCRIPT.posts if post.trap == trap)


def test_a_post_that_brings_nothing_new_says_so() -> None:
    (fate,) = fates_at(at("changed date"), SCRIPT, [], {})
    assert (fate.outcome, fate.why) == (SILENT, UNCHANGED)


def test_a_source_that_fails_does_not_look_like_silence() -> None:
    step = at("passing mention")
    (fate,) = fates_at(step, SCRIPT, [polled("something else", "the server does not answer")], {})
    assert fate.why == "the server does not answer"


def test_a_social_post_is_found_by_its_address() -> None:
    post = next(post for post in SCRIPT.posts if post.outlet.key == "nadia" and post.reports)
    (fate,) = fates_at(post.step, SCRIPT, [polled(guid(post))], {})
    assert (fate.post, fate.why) == (post, "no watch and no event is hit")
