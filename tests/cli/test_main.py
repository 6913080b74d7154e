"""The command line answers quickly, knows its commands, and tells faults in lines."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.cli.faults import FAULT, LATER, SETTINGS, Fault, known
from config import ConfigError, Problem
from storage.errors import Damaged, InUse, Unavailable
from tests.cli.conftest import Tocsin
from watchers.errors import BadSource

HOUSE = Path(__file__).resolve().parents[2]


def test_the_version_is_said_without_loading_anything_heavy() -> None:
    script = (
        "import sys; from bot.cli import main; code = main.run(['--version']); "
        "heavy = {'typer', 'pydantic', 'sqlalchemy', 'discord', 'httpx'} & set(sys.modules); "
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"tocsin {__version__}\n"


def test_the_version_is_said_among_other_options(tocsin: Tocsin) -> None:
    done = tocsin("--config", "x.toml", "--version")
    assert (done.code, done.out) == (0, f"tocsin {__version__}\n")


def test_help_lists_every_command(tocsin: Tocsin) -> None:
    done = tocsin("--help")
    assert done.code == 0
    for command in ("run", "poll", "backtest", "doctor", "config"):
        assert f"  {command} " in done.out


@pytest.mark.parametrize(
    "arguments", [("--colour",), ("sing",), ("config", "--colour"), ("poll", "--colour")]
)
def test_what_is_not_known_is_a_usage_error(tocsin: Tocsin, arguments: tuple[str, ...]) -> None:
    done = tocsin(*arguments)
    assert done.code == 2
    assert "No such" in done.err
    assert done.out == ""


def test_faults_in_the_settings_are_told_in_lines(tocsin: Tocsin, place: Path) -> None:
    (place / "tocsin.toml").write_text("[poll]\nmax_age = 'x'\nmin_interval = 'y'\n")
    done = tocsin("config")
    assert done.code == SETTINGS
    lines = done.err.splitlines()
    assert [line.split(" must")[0] for line in lines] == [
        "tocsin: tocsin.toml:3: poll.min_interval",
        "tocsin: tocsin.toml:2: poll.max_age",
    ]


def test_each_kind_of_fault_has_its_code() -> None:
    def code(error: Exception) -> int | None:
        fault = known(error)
        return fault.code if fault else None

    assert code(Fault("x", 5)) == 5
    assert code(ConfigError((Problem("a", "b"),))) == SETTINGS
    assert code(InUse("x")) == code(Unavailable("x")) == LATER
    assert code(Damaged("x")) == code(BadSource("x")) == FAULT
    assert code(ValueError("x")) is None


def test_what_several_tasks_died_of_is_told_together_unless_one_is_a_bug() -> None:
    both = known(ExceptionGroup("tasks", [Damaged("one"), ExceptionGroup("more", [InUse("two")])]))
    assert both
    assert (str(both), both.code) == ("one\ntwo", FAULT)
    assert known(ExceptionGroup("tasks", [Damaged("one"), KeyError("bug")])) is None
