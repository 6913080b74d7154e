"""The closing table and line, as a reader sees them."""

import io

import pytest
from rich.console import Console

from bot.demo.closing import Fate, line, said, table
from bot.demo.posts import load

SCRIPT = load()
POST = SCRIPT.posts[7]


def shown(*fates: Fate, width: int = 160) -> list[str]:
    """The table's lines on a plain terminal of that width."""
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(table(fates))
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        (Fate(POST, alert=3, rang=True), "rang alert 3"),
        (Fate(POST, alert=3), "updated alert 3"),
        (Fate(POST), "silent"),
    ],
)
def test_each_fate_has_its_words(fate: Fate, words: str) -> None:
    assert said(fate) == words


def test_every_post_has_its_row_in_order() -> None:
    rows = [text for text in shown(*map(Fate, SCRIPT.posts)) if " silent " in text]
    assert len(rows) == len(SCRIPT.posts)
    for row, post in zip(rows, SCRIPT.posts, strict=True):
        assert row.strip().startswith(f"{post.step:%d %b}")
        assert post.outlet.name in row


def test_markup_in_a_title_is_only_text() -> None:
    post = next(post for post in SCRIPT.posts if post.trap == "it shouts @everyone")
    assert any("@everyone OPENAI" in text for text in shown(Fate(post)))


def test_a_silence_says_why_beside_the_trap() -> None:
    trap = next(post for post in SCRIPT.posts if post.trap == "passing mention")
    assert any("passing mention; not about it" in text for text in shown(Fate(trap, why="not about it")))


def test_a_narrow_terminal_cuts_and_never_wraps() -> None:
    wide, narrow = shown(Fate(POST), width=200), shown(Fate(POST), width=80)
    assert len(wide) == len(narrow)
    assert all(len(text) <= 80 for text in narrow)


def test_the_closing_line_keeps_its_form() -> None:
    assert line(4, 30, 59) == "4 alerts, 30 updates, 59 posts"
