"""The sample feeds are what they claim to be, in every format."""

import json
from datetime import datetime
from typing import Any

import feedparser
import pytest

from bot.demo import outlets
from bot.demo.posts import SamplePost, load

SCRIPT = load()
BASE = "http://127.0.0.1:1234"
END = SCRIPT.steps[-1]
FEEDS = [outlet for outlet in SCRIPT.outlets if outlet.format != "bluesky"]
XML = [outlet for outlet in FEEDS if outlet.format != "json"]
VERSIONS = {"rss": "rss20", "atom": "atom10", "rdf": "rss10"}


def parsed(key: str, now: datetime = END) -> Any:
    """The outlet's feed as feedparser understands it."""
    outlet = SCRIPT.outlet(key)
    headers = {"content-type": outlets.CONTENT_TYPES[outlet.format]}
    return feedparser.parse(outlets.feed(SCRIPT, outlet, now, BASE), response_headers=headers)


def shown(key: str, now: datetime = END) -> tuple[SamplePost, ...]:
    """What that feed ought to carry."""
    return SCRIPT.standing(SCRIPT.outlet(key), now)[: outlets.WINDOW]


@pytest.mark.parametrize("outlet", XML, ids=lambda outlet: outlet.key)
def test_xml_feeds_are_well_formed_and_complete(outlet: Any) -> None:
    feed = parsed(outlet.key)
    assert not feed.bozo
    assert feed.version == VERSIONS[outlet.format]
    assert (feed.feed.title, feed.feed.language) == (outlet.name, outlet.lang)
    for entry, post in zip(feed.entries, shown(outlet.key), strict=True):
        assert entry.id == post.id
        assert entry.title == post.title
        assert entry.link == f"{BASE}/{outlet.key}{post.path}"
        when = entry.get("published_parsed") or entry.updated_parsed
        assert tuple(when)[:6] == post.published.timetuple()[:6]


@pytest.mark.parametrize("outlet", XML, ids=lambda outlet: outlet.key)
def test_a_feed_carries_the_teaser_and_no_more(outlet: Any) -> None:
    for entry, post in zip(parsed(outlet.key).entries, shown(outlet.key), strict=True):
        html = entry.content[0].value if "content" in entry else entry.summary
        assert html.count("<p>") == (len(post.paragraphs) if outlet.full else 1)


def test_the_json_feed_is_version_1_1() -> None:
    feed = json.loads(outlets.feed(SCRIPT, SCRIPT.outlet("lantern"), END, BASE))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Lantern Wire"
    for item, post in zip(feed["items"], shown("lantern"), strict=True):
        assert (item["id"], item["title"]) == (post.id, post.title)
        assert item["url"] == f"{BASE}/lantern{post.path}"
        assert datetime.fromisoformat(item["date_published"]) == post.published


def test_the_window_moves() -> None:
    first, last = shown("octet", SCRIPT.steps[0]), shown("octet")
    assert len(last) == outlets.WINDOW < len(SCRIPT.standing(SCRIPT.outlet("octet"), END))
    assert not set(first) & set(last)


def test_an_edit_keeps_its_date_and_says_when_it_was_made() -> None:
    edited = next(post for post in SCRIPT.posts if post.updated is not None)
    entry = next(e for e in parsed("boussole", edited.step).entries if e.id == edited.id)
    assert entry.title == edited.title
    assert tuple(entry.published_parsed)[:3] == (2025, 6, 11)
    assert tuple(entry.updated_parsed)[:3] == (2025, 7, 12)


def test_a_page_holds_the_whole_text_and_its_canonical_address() -> None:
    post = next(post for post in SCRIPT.posts if post.trap == "tracking parameters")
    html = outlets.page(post, BASE)
    assert html.count("<p>") == len(post.paragraphs) + 1  # and the footer
    address = "/octet/ia/openai-annonce-un-modele-a-poids-ouverts"
    assert f'<link rel="canonical" href="{BASE}{address}">' in html


def test_what_a_post_shouts_is_escaped_in_its_page() -> None:
    post = next(post for post in SCRIPT.posts if post.trap == "it shouts @everyone")
    assert "&lt;@&amp;1234567890&gt;" in outlets.page(post, BASE)
