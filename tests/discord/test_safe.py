"""Text from outside can ping no one, break no markdown and hide nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord import safe


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain, as it is.", "plain, as it is."),
        (
            "**bold** _it_ ~~no~~ ||spoiler|| `code`",
            r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|spoiler\|\| \`code\`",
        ),
        ("[text](x)", r"\[text\](x)"),
        ("see https://a.example", r"see https\://a.example"),
        ("# head", r"\# head"),
        ("-# small", r"\-# small"),
        ("- item", r"\- item"),
        ("> quote", r"\> quote"),
        ("back\\slash", r"back\\slash"),
        ("<t:1:R> <#1> <:a:1>", r"\<t:1:R\> \<#1\> \<:a:1\>"),
        ("two\nlines\ttab\r\nend", "two lines tab end"),
        ("C# and F#", "C# and F#"),
    ],
)
def test_markdown_is_shown_not_read(given_text: str, shown: str) -> None:
    assert safe.escape(given_text) == shown


@pytest.mark.parametrize("shout", ["@everyone", "@here", "@Everyone", "<@123>", "<@!123>", "<@&123>"])
def test_no_mention_survives(shout: str) -> None:
    assert not re.search(r"@(everyone|here|[!&]?\d)", safe.escape(f"a {shout} b"), re.IGNORECASE)
    assert not re.search(r"@(everyone|here|[!&]?\d)", safe.clean(f"a {shout} b"), re.IGNORECASE)


@pytest.mark.parametrize(
    "char", "\u202e\u2066\u200b\u200f\u061c\ufeff\u00ad\u2060\u3164\u2800\x00\x1b\x7f\U000e0041"
)
def test_invisible_and_bidirectional_characters_are_dropped(char: str) -> None:
    assert safe.clean(f"a{char}b") == "ab"


def test_a_mention_cannot_hide_behind_an_invisible_character() -> None:
    assert "@everyone" not in safe.clean("@\u200deveryone @\u2060here").replace("\u200b", "|")


def test_joiners_stay_where_they_mean_something() -> None:
    assert safe.clean("👩\u200d💻 می\u200cخواهم") == "👩\u200d💻 می\u200cخواهم"
    assert safe.clean("a\u200db") == "ab"


def test_a_tower_of_marks_is_cut_down() -> None:
    assert len(safe.clean("e" + "\u0301" * 50)) == 1 + safe.MOST_MARKS


@given(st.text(max_size=300), st.integers(min_value=1, max_value=200))
def test_fit_obeys_its_limit_and_never_ends_inside_an_escape(text: str, most: int) -> None:
    cut = safe.fit(text, most)
    assert safe.length(cut) <= most
    tail = cut.removesuffix(safe.ELLIPSIS)
    assert (len(tail) - len(tail.rstrip("\\"))) % 2 == 0


def test_length_counts_what_discord_may_count() -> None:
    assert safe.length("é€") == 2
    assert safe.length("🚀") == 2


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://a.example/x_(y)?z=1", "https://a.example/x_%28y%29?z=1"),
        ("http://a.example/<b>", "http://a.example/%3Cb%3E"),
        ("https://é.example/é", "https://xn--9ca.example/%C3%A9"),
        ("javascript:alert(1)", None),
        ("https://discord.example@evil.example/", None),
        ("/relative", None),
        ("", None),
        (None, None),
        ("https://[broken", None),
        ("https://a.example/" + "x" * 600, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, linked: str | None) -> None:
    assert safe.link(url) == linked
