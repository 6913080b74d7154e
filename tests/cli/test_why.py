"""`tocsin why` tells the stage that ended a post's way, and the words for it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin
from tests.cli.test_poll import feed, totals, write
from tests.fakes.web import Web

RANG, HIT_NOTHING, KNOWN = (
    "Acme delays its rocket",
    "Rain is expected in the north",
    "Acme and its rocket: an opinion",
)


@pytest.fixture
def polled(tocsin: Tocsin, place: Path, beside: Web) -> Tocsin:
    """A command line whose database holds three posts of one feed."""
    write(place, beside.serve("/feed", feed(RANG, HIT_NOTHING, KNOWN)))
    assert totals(tocsin("poll", "--once", "--json"))["alerts"] == 1
    return tocsin


def test_a_post_that_rang(polled: Tocsin) -> None:
    done = polled("why", f"https://wire.example/{RANG.replace(' ', '-')}?utm_source=x", "--json")
    [told] = json.loads(done.out)
    assert told["title"] == RANG
    assert told["stage"].startswith("alert")
    assert told["stories"][0]["alerts"]
    assert told["findings"][0]["name"] == "rocket"
    assert "reports delayed" in told["findings"][0]["why"]


def test_a_post_that_no_watch_hits(polled: Tocsin) -> None:
    done = polled("why", f"https://wire.example/{HIT_NOTHING.replace(' ', '-')}")
    assert done.code == 0
    assert "no watch and no event is hit" in done.out
    assert "- rocket: does not name who nor what" in done.out


def test_a_post_by_its_number_in_words_for_people(polled: Tocsin) -> None:
    done = polled("why", "1")
    assert done.out.startswith("Acme") or done.out.startswith("Rain")
    assert "first seen" in done.out


def test_what_stood_at_the_first_poll_is_silent(tocsin: Tocsin, place: Path, beside: Web) -> None:
    write(place, beside.serve("/feed", feed(RANG)))
    toml = place / "tocsin.toml"
    toml.write_text(toml.read_text().replace('lookback = "7d"\n', ""))
    assert totals(tocsin("poll", "--once", "--json"))["alerts"] == 0
    assert "silent: it stood at a source's first poll" in tocsin("why", "1").out


def test_a_post_that_is_not_stored(polled: Tocsin) -> None:
    done = polled("why", "https://wire.example/never-seen")
    assert done.code == 1
    assert "no such post is stored" in done.err
