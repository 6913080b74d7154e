"""Logs go to one stream in one form; no secret and no control character passes."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.cli.logs import set_up


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Each test leaves the process's logging as it found it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    logging.getLogger("discord").setLevel(logging.NOTSET)


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_away_from_a_terminal_each_line_is_json() -> None:
    stream = io.StringIO()
    set_up("info", stream=stream)
    structlog.get_logger("tocsin").info("poll.done", source=7)
    logging.getLogger("elsewhere").warning("said %s", "this")
    logging.getLogger("elsewhere").debug("not shown")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (ours["event"], ours["source"], ours["level"]) == ("poll.done", 7, "info")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("said this", "elsewhere", "warning")
    assert ours["timestamp"].endswith("Z")


def test_a_terminal_is_spoken_to_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Screen()
    set_up("info", stream=stream)
    structlog.get_logger().info("poll.done", source=7)
    assert "poll.done" in stream.getvalue()
    assert "source=7" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_the_form_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Screen()
    set_up("info", "json", stream=stream)
    structlog.get_logger().info("a")
    assert json.loads(stream.getvalue())["event"] == "a"
    plain = io.StringIO()
    set_up("info", "human", stream=plain)
    structlog.get_logger().info("b")
    assert "[info" in plain.getvalue()


@pytest.mark.parametrize("form", ["human", "json"])
def test_secrets_are_masked_wherever_they_turn_up(form: str) -> None:
    stream = io.StringIO()
    set_up("info", form, secrets=["s3cret-token", ""], stream=stream)
    try:
        raise ValueError("no s3cret-token here")
    except ValueError:
        structlog.get_logger().exception("failed", header="Bot s3cret-token")
        logging.getLogger("discord").exception("s3cret-token")
    assert "s3cret-token" not in stream.getvalue()
    assert "***" in stream.getvalue()
    assert "ValueError" in stream.getvalue()


@pytest.mark.parametrize("form", ["human", "json"])
def test_text_from_outside_forges_no_line_and_moves_no_cursor(form: str) -> None:
    stream = io.StringIO()
    set_up("info", form, stream=stream)
    structlog.get_logger().info("post", title="a\nERROR forged\x1b[2J\u202e")
    logging.getLogger("x").warning("b\r\nforged\x9b2J")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert not {"\x1b", "\x9b", "\u202e"} & set(stream.getvalue())


def test_debug_shows_what_packages_say() -> None:
    stream = io.StringIO()
    set_up("info", stream=stream)
    logging.getLogger("discord.gateway").info("chatter")
    assert stream.getvalue() == ""
    set_up("debug", stream=stream)
    logging.getLogger("discord.gateway").info("chatter")
    assert "chatter" in stream.getvalue()
