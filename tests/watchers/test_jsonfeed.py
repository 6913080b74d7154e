"""JSON Feed 1.0 and 1.1."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fakes.web import Web
from tests.watchers.texts import NOW, poll
from watchers import jsonfeed
from watchers.errors import Malformed, NotAFeed
from watchers.fetch import Door

FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Bell",
    "language": "fr",
    "authors": [{"name": "Anne"}],
    "hubs": [
        {"type": "WebSub", "url": "https://hub.example/"},
        {"type": "rssCloud", "url": "https://c.example/"},
    ],
    "items": [
        {
            "id": 2,
            "url": "/2",
            "title": "Deux",
            "content_html": "<p>Ding</p>",
            "summary": "Ding",
            "date_published": "2026-03-01T10:00:00+01:00",
            "language": "de",
        },
        {"id": "1", "content_text": "Dong", "authors": [{"name": "Ben"}, {"name": "Cleo"}]},
    ],
}


def parse(**changes: Any) -> jsonfeed.Parsed:
    return jsonfeed.parse(json.dumps({**FEED, **changes}).encode(), "https://bells.example/feed.json", NOW)


async def test_a_json_feed_over_the_network(door: Door, server: Web) -> None:
    batch = await poll(
        door, server.serve("/", b"\xef\xbb\xbf" + json.dumps(FEED).encode(), kind="text/plain")
    )
    first, second = batch.posts
    assert (first.guid, first.text, first.author, first.published) == ("1", "Dong", "Ben, Cleo", None)
    assert (second.guid, second.url, second.author, second.lang) == ("2", server.url("/2"), "Anne", "de")
    assert second.published == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert (batch.title, batch.lang) == ("The Bell", "fr")


def test_version_1_0_and_its_single_author() -> None:
    parsed = parse(version="http://jsonfeed.org/version/1", authors=None, author={"name": "Dora"})
    assert parsed.posts[1].author == "Dora"
    assert parsed.hubs == ("https://hub.example/",)


def test_an_item_without_anything_is_a_post_all_the_same() -> None:
    (post,) = parse(items=[{}]).posts
    assert post.guid.startswith("blake2b:")
    assert (post.title, post.url, post.published) == ("", None, None)


@pytest.mark.parametrize(
    "date", ["2027-03-01T10:00:00Z", "1970-01-01T00:00:00Z", "soon", 5, "9999-12-31T23:59:59-12:00"]
)
def test_a_date_that_cannot_be_true_is_none(date: object) -> None:
    assert parse(items=[{"id": "1", "date_published": date}]).posts[0].published is None


def test_strange_values_are_passed_over() -> None:
    parsed = parse(
        items=["x", {"id": True, "url": "http://[x/", "title": 5, "authors": "me"}], hubs="x", expired=True
    )
    assert len(parsed.posts) == 1
    assert len(parsed.warnings) == 2


@pytest.mark.parametrize("body", [b'{"version": "https://jsonfeed.org/version/1", "items": [{"id":', b"{}}"])
def test_broken_json_is_told(body: bytes) -> None:
    with pytest.raises(Malformed, match="JSON"):
        jsonfeed.parse(body, "https://bells.example/", NOW)


def test_json_that_is_no_feed_is_told() -> None:
    with pytest.raises(NotAFeed, match="version"):
        jsonfeed.parse(b'{"error": "not found"}', "https://bells.example/", NOW)
    with pytest.raises(Malformed, match="items"):
        parse(items={})
