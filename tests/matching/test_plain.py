"""Plain text from whatever a feed holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.plain import one_line, plain


@pytest.mark.parametrize(
    ("given_text", "text"),
    [
        ("no markup", "no markup"),
        ("fish &amp; chips", "fish & chips"),
        ("<p>one</p><p>two<br>three</p>", "one\ntwo\nthree"),
        ("<p>a<script>alert(1)</script>b</p><style>p{}</style>", "ab"),
        ("<p>&lt;b&gt; stays text</p>", "<b> stays text"),
        ("a < b and c > d", "a < b and c > d"),
        ("<!-- gone -->left", "left"),
        ("<a href='x'>link</a> tail", "link tail"),
        ("x\u202ey\x00z", "xyz"),
        ("<p></p>", ""),
        ("\x08<b>bold</b>", "bold"),
        ("", ""),
    ],
)
def test_plain(given_text: str, text: str) -> None:
    assert plain(given_text) == text


def test_a_bomb_of_nested_tags_is_read() -> None:
    assert "deep" in plain("<div>" * 5_000 + "deep")


def test_half_a_surrogate_pair_is_read() -> None:
    assert "text" in plain("<p>\ud800 text</p>")


def test_long_text_is_cut() -> None:
    assert len(plain("word " * 1_000, limit=100)) <= 100


def test_one_line_has_one_line() -> None:
    assert one_line("<p>a</p>\n<p>b</p>") == "a b"


@given(st.text())
def test_never_fails(text: str) -> None:
    assert "\n\n" not in plain(text)


@given(st.text(alphabet="<>/pbr&;!-[] a"))
def test_never_fails_on_broken_markup(text: str) -> None:
    assert isinstance(plain(text), str)
