"""Canonical addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.urls import canonical


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTP://WWW.Example.org:80/a/?utm_source=rss&b=2&a=1#top", "https://example.org/a?a=1&b=2"),
        ("https://example.org/news/story.amp", "https://example.org/news/story"),
        ("https://amp.example.org/story/amp/", "https://example.org/story"),
        ("https://m.example.org//x", "https://example.org/x"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://example.org", "https://example.org/"),
        ("http://[2001:DB8::1]:80/x", "https://[2001:db8::1]/x"),
        ("https://example.org/?q=%E2%82%AC", "https://example.org/?q=%E2%82%AC"),
    ],
)
def test_canonical(url: str, same: str) -> None:
    assert canonical(url) == same


@pytest.mark.parametrize("url", [None, "", "mailto:a@b.c", "https://", "http://[::1", "https://a:99999/"])
def test_not_an_address(url: str | None) -> None:
    assert canonical(url) is None


def test_keeps_the_fragment_on_demand() -> None:
    assert canonical("https://example.org/log#v2", keep_fragment=True) == "https://example.org/log#v2"


@given(
    st.from_regex(
        r"https?://[a-z]{1,8}\.[a-z]{2,5}(:[0-9]{2,4})?(/[a-zA-Z0-9._~%-]{0,12}){0,4}(\?[a-z0-9=&%]{0,20})?",
        fullmatch=True,
    )
)
def test_is_idempotent(url: str) -> None:
    once = canonical(url)
    assert once is None or canonical(once) == once
