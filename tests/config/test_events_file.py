"""An EVENTS.toml holds events and nothing else."""

from pathlib import Path
from typing import get_args

import pytest

from config import ConfigError
from config.events_file import load_events
from config.specs import Status
from matching.decision import STATUSES

EVENT = '[[event]]\nkey = "{}"\ntitle = "T"\nwho = ["A"]\nwhat = ["B"]\n'


def test_events_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "e.toml"
    path.write_text(EVENT.format("one") + EVENT.format("two"))
    assert [event.key for event in load_events(path)] == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (EVENT.format("one") + "expekted = 2025\n", "e.toml:6: event 1: expekted is not known"),
        (EVENT.format("one") * 2, "two events have the key one"),
        ("event = 3\n", "e.toml:1: event must be a list"),
        ("[[event\n", "e.toml:1: is not TOML"),
        ("[[watch]]\nname = 'x'\n", 'e.toml:1: watch is not known; known are event'),
    ],
)  # fmt: skip
def test_what_does_not_belong_is_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "e.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=problem):
        load_events(path)


def test_the_statuses_of_the_file_are_those_of_matching() -> None:
    assert get_args(Status) == STATUSES
