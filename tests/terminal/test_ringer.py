"""An alert on a terminal is complete, readable, and harmless whatever its text holds."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.pipeline.ringer import Order, TryLater
from bot.pipeline.view import AlertView, Dated, SourceLine, SummaryLine
from bot.terminal.clean import clean
from bot.terminal.console import Terminal
from bot.terminal.panel import LOOKS, SHOWN_SOURCES, say_expected
from bot.terminal.ringer import TerminalRinger
from matching.decision import DAYS, STATUSES

SEEN = datetime(2025, 6, 10, 14, 5, tzinfo=UTC)
SOURCE = SourceLine(1, "The Wire", "Open model slips", "https://wire.example/a", "en", SEEN)
VIEW = AlertView(
    alert_id=7,
    revision=1,
    title="OpenAI's open-weight model",
    headline="OpenAI delays its open-weight model",
    change="announced → delayed, expected later this summer",
    status="delayed",
    previous_status="announced",
    expected=Dated(datetime(2025, 6, 1, tzinfo=UTC), "season"),
    previous_expected=None,
    sure=True,
    summary=(SummaryLine("The model needs more time.", 1), SummaryLine("Il sortira cet été.", 2)),
    sources=(SOURCE, SourceLine(2, "Le Fil", "Le modèle attendra", None, None, None)),
    source_count=2,
    first_seen=SEEN,
    event_key="openai-open-weight",
    watches=("open-weight delay",),
    why="",
)


def console(width: int = 90, **options: bool) -> Terminal:
    return Terminal(file=io.StringIO(), width=width, **options)  # type: ignore[arg-type]


async def printed(view: AlertView, ref: str | None = None, screen: Terminal | None = None) -> str:
    screen = screen or console()
    sent = await TerminalRinger(screen).ring(Order(channel=0, nonce="n", view=view, ref=ref))
    assert sent.ref == (ref or f"terminal:{view.alert_id}")
    file = screen.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


async def test_a_new_alert_says_all_that_a_person_needs() -> None:
    text = await printed(VIEW)
    for part in (
        "⧗ DELAYED · expected summer 2025 · OpenAI's open-weight model",
        "OpenAI delays its open-weight model",
        "announced → delayed",
        "The model needs more time. [1]",
        "Il sortira cet été. [2]",
        "[1] The Wire en 10 Jun 2025, 14:05 UTC",
        "https://wire.example/a",
        "[2] Le Fil",
        "first seen 10 Jun 2025, 14:05 UTC · 2 sources · watch open-weight delay",
    ):
        assert part in text
    assert "unconfirmed" not in text


async def test_what_is_unsure_is_said_to_be() -> None:
    assert "? RUMOURED unconfirmed ·" in await printed(
        replace(VIEW, status="rumoured", sure=False, expected=None)
    )


async def test_an_edit_is_one_line() -> None:
    text = await printed(replace(VIEW, source_count=3), ref="terminal:7")
    assert text == "⧗ updated · OpenAI delays its open-weight model · 3 sources, lastly Le Fil\n"


async def test_a_bare_alert_is_still_an_alert() -> None:
    bare = replace(
        VIEW, status=None, change="", summary=(), sources=(), expected=None, watches=(), source_count=1
    )
    text = await printed(bare)
    assert "● NEWS · OpenAI's open-weight model" in text
    assert "1 source" in text
    assert (await printed(bare, ref="r")).endswith("· 1 source\n")


async def test_many_sources_are_counted_not_listed() -> None:
    sources = tuple(replace(SOURCE, number=n) for n in range(1, SHOWN_SOURCES + 4))
    text = await printed(replace(VIEW, sources=sources))
    assert "and 3 more" in text
    assert f"[{SHOWN_SOURCES + 1}]" not in text


HOSTILE = "\x1b[2J\x1b]0;owned\x07red\u202egnp.exe\u200b [bold]x[/bold] \x9b31m\r\nnext"


async def test_text_from_outside_commands_neither_the_terminal_nor_rich() -> None:
    source = replace(SOURCE, name=HOSTILE, title=HOSTILE, url="https://a.example/\x1b[8m", lang="e\x1b[1mn")
    view = replace(
        VIEW,
        title=HOSTILE,
        headline=HOSTILE,
        change=HOSTILE,
        summary=(SummaryLine(HOSTILE, 1),),
        sources=(source,),
        watches=(HOSTILE,),
    )
    for ref in (None, "r"):
        text = await printed(view, ref)
        assert not {"\x1b", "\x07", "\x9b", "\r", "\u202e", "\u200b"} & set(text)
        assert "[bold]x[/bold]" in text


async def test_colour_comes_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[33m" in await printed(VIEW, screen=console(force_terminal=True))
    assert "\x1b" not in await printed(VIEW, screen=console())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[33m" not in await printed(VIEW, screen=console(force_terminal=True))


async def test_a_narrow_terminal_is_respected() -> None:
    text = await printed(VIEW, screen=console(width=40))
    assert max(len(line) for line in text.splitlines()) <= 40


async def test_a_closed_terminal_is_no_end_of_the_world() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    ringer = TerminalRinger(Terminal(file=Closed(), width=80))
    with pytest.raises(TryLater, match="terminal cannot be written to"):
        await ringer.ring(Order(channel=0, nonce="n", view=VIEW))


def test_every_status_has_its_look() -> None:
    assert set(LOOKS) == {*STATUSES, None}


@pytest.mark.parametrize(
    ("precision", "words"),
    [*zip(DAYS, ("5 Aug 2025", "week of 5 Aug 2025", "Aug 2025", "summer 2025", "2025"), strict=True)],
)
def test_an_expected_date_is_said_no_more_exactly_than_known(precision: str, words: str) -> None:
    assert say_expected(Dated(datetime(2025, 8, 5, tzinfo=UTC), precision)) == words


def test_december_is_winter() -> None:
    assert say_expected(Dated(datetime(2025, 12, 1, tzinfo=UTC), "season")) == "winter 2025"


def test_clean_keeps_what_people_write() -> None:
    text = "Élan « à poids ouverts » – 模型 👩\u200d💻 e\u0301"
    assert clean(text) == text
    assert clean("  a\t\n b\u2028c\u0000\ufeff\ue000 ") == "a b c"
