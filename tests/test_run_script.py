"""`./run` works from any directory, with spaces in its path, and says in one line what it misses."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
TOOLS = ("sh", "cat", "cksum", "dirname", "readlink", "chmod", "env")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository's code in a folder with a space in its name, without a virtual environment."""
    place = tmp_path / "a folder" / "tocsin"
    place.mkdir(parents=True)
    for name in ("run", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(HOUSE / name, place)
    for name in ("bot", "config", "matching", "storage", "watchers"):
        shutil.copytree(HOUSE / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    return place


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with the tools that a POSIX system has, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return folder


def python(folder: Path, name: str, script: str) -> None:
    """Put an interpreter there that behaves as `script` says."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(
    script: Path, *arguments: str, cwd: Path, environ: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *arguments], cwd=cwd, env=dict(environ), capture_output=True, text=True, check=False
    )


def test_no_python_is_one_clear_line(copy: Path, tools: Path, tmp_path: Path) -> None:
    done = run(copy / "run", "--version", cwd=tmp_path, environ={"PATH": str(tools)})
    assert done.returncode == 69
    (line,) = done.stderr.splitlines()
    assert line.startswith("tocsin: needs Python 3.11 or newer (found:")
    assert "install python3.11" in line
    assert not (copy / ".venv").exists()


def test_an_old_python_is_named(copy: Path, tools: Path, tmp_path: Path) -> None:
    python(tools, "python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    done = run(copy / "run", cwd=tmp_path, environ={"PATH": str(tools)})
    assert done.returncode == 69
    (line,) = done.stderr.splitlines()
    assert "(found: Python 3.9.2)" in line


def test_a_newer_python_beside_an_old_one_is_found_and_its_missing_venv_told(
    copy: Path, tools: Path, tmp_path: Path
) -> None:
    python(tools, "python3", "exit 1")
    python(tools, "python3.12", 'case "$2" in *venv*) exit 1 ;; esac; exit 0')
    done = run(copy / "run", cwd=tmp_path, environ={"PATH": str(tools)})
    assert done.returncode == 69
    (line,) = done.stderr.splitlines()
    assert line.startswith("tocsin: needs Python's venv module; install it")


def test_a_folder_that_cannot_be_written_is_told(copy: Path, tmp_path: Path) -> None:
    (copy / ".venv").write_text("in the way")
    done = run(copy / "run", "--version", cwd=tmp_path)
    assert done.returncode == 69
    assert done.stderr.splitlines()[-1].startswith(f"tocsin: cannot make {copy}/.venv")


@pytest.mark.slow
def test_it_sets_itself_up_once_and_again_when_the_pins_change(copy: Path, tmp_path: Path) -> None:
    """From another directory, through a link, where another package has the name of ours."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text("raise SystemExit('the wrong bot')")
    link = tmp_path / "link"
    link.symlink_to(copy / "run")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTHON"))}

    first = run(link, "--version", cwd=tmp_path, environ=environ)
    assert (first.returncode, first.stdout) == (0, "tocsin 0.1.0\n"), first.stderr
    assert "setting up" in first.stderr

    begun = time.monotonic()
    second = run(link, "config", cwd=tmp_path, environ=environ)
    assert time.monotonic() - begun < 5
    assert (second.returncode, second.stderr) == (0, "")
    assert f"{copy}/data" in second.stdout  # the house is its home wherever it is called from

    begun = time.monotonic()
    assert run(link, "--version", cwd=tmp_path, environ=environ).stdout == "tocsin 0.1.0\n"
    assert time.monotonic() - begun < 1

    command = run(copy / ".venv" / "bin" / "tocsin", "--version", cwd=tmp_path, environ=environ)
    assert command.stdout == "tocsin 0.1.0\n"

    with (copy / "requirements.txt").open("a") as pins:
        pins.write("# changed\n")
    marker = copy / ".venv" / "left-over"
    marker.touch()
    third = run(link, "--version", cwd=tmp_path, environ=environ)
    assert "setting up" in third.stderr
    assert not marker.exists()


def test_the_pins_name_no_host_and_hash_every_package() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (HOUSE / name).read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line]
        assert len(pinned) > 20
        assert all(line.endswith("\\") for line in pinned)


def test_the_scripts_are_plain_posix_shell() -> None:
    for script in (HOUSE / "run", HOUSE / ".ci" / "run"):
        assert script.read_text().startswith("#!/bin/sh\n")
        assert os.access(script, os.X_OK)
        subprocess.run(["sh", "-n", script], check=True)


def test_this_python_is_new_enough_for_what_we_ask() -> None:
    assert sys.version_info >= (3, 11)
