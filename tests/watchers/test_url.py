"""Addresses of sources: acceptable ones, and how they are shown."""

import httpx
import pytest

from watchers.errors import BadSource
from watchers.url import check_url, fill_secret, origin, redact


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://news.example/feed", "https://news.example/feed"),
        ("  https://news.example/feed#top ", "https://news.example/feed"),
        ("https://bücher.example/?feed=rss2", "https://bücher.example/?feed=rss2"),
        ("https://news.example/?token={secret}", "https://news.example/?token={secret}"),
        ("http://[2606:4700::1111]:8080/", "http://[2606:4700::1111]:8080/"),
    ],
)
def test_acceptable_addresses(given: str, kept: str) -> None:
    assert check_url(given) == kept


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hush@news.example/feed",
        "https://hush@news.example/feed",
        "https://news.example/feed?token=hush",
        "https://news.example/feed?a=b&API_KEY=hush",
        "https://news.example/feed?access_token=hush",
        "https://news.example/feed?key=hush",
    ],
)
def test_an_address_that_carries_a_secret_is_refused_with_the_hint(url: str) -> None:
    with pytest.raises(BadSource, match="credential") as caught:
        check_url(url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "news.example", "https://", "https:///x", "https://x/" + "a" * 3000])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadSource):
        check_url(url)


def test_what_is_shown_holds_no_values() -> None:
    shown = redact("https://me:hush@news.example:8443/feed?token=hush&flag#hush")
    assert shown == "https://news.example:8443/feed?token=…&flag=…"
    assert "cannot be read" in redact("http://[x/")


def test_the_slot_takes_the_secret_quoted() -> None:
    assert fill_secret("https://n.example/?t={secret}", "a b&c") == "https://n.example/?t=a%20b%26c"
    assert fill_secret("https://n.example/", "a") == "https://n.example/"


def test_origins() -> None:
    assert origin(httpx.URL("https://n.example/a")) == origin(httpx.URL("https://n.example:443/b"))
    assert origin(httpx.URL("https://n.example/")) != origin(httpx.URL("http://n.example/"))
