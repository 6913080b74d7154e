"""`tocsin backtest` prints one object of the contract for each story and event that a post joins."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tocsin

KEYS = [
    "action", "alert", "event", "watches", "status", "expected", "precision", "post", "posts", "sources",
    "lang", "at", "headline", "summary", "why",
]  # fmt: skip

EVENTS = """
[[event]]
key = "acme-rocket"
title = "Acme's rocket"
who = ["Acme"]
what = ["rocket", "fusée"]
"""


def post(ident: str, day: int, title: str, source: str, lang: str = "en", text: str = "") -> dict[str, Any]:
    return {
        "id": ident,
        "url": f"https://{source.lower()}.example/{ident}",
        "title": title,
        "summary": text or f"{title}, the company said on Monday.",
        "text": "",
        "published": f"2025-06-{day:02}T10:00:00Z",
        "lang": lang,
        "source": source,
    }


POSTS = [
    post("a1", 2, "Acme delays the launch of its rocket to September", "Wire"),
    post(
        "a2", 2, "Acme reporte le lancement de sa fusée à septembre", "Fil", "fr", "La fusée d'Acme attendra."
    ),
    post("x1", 3, "A new bakery opens in the old town", "Wire"),
    post("a3", 20, "Acme delays its rocket again, this time without a date", "Wire"),
]


@pytest.fixture
def files(place: Path) -> tuple[Path, Path]:
    """A stream of posts and an EVENTS.toml."""
    posts, events = place / "posts.jsonl", place / "events.toml"
    posts.write_text("".join(json.dumps(one) + "\n" for one in POSTS))
    events.write_text(EVENTS)
    return posts, events


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_one_object_a_line_for_each_post_that_rings_or_joins(
    tocsin: Tocsin, files: tuple[Path, Path]
) -> None:
    posts, events = files
    done = tocsin("backtest", str(posts), "--events", str(events), "--json")
    assert done.code == 0
    told = rows(done.out)
    assert all(list(row) == KEYS for row in told)
    assert [(row["action"], row["post"]) for row in told] == [
        ("alert", "a1"),
        ("update", "a2"),
        ("alert", "a3"),
    ]
    first, second, third = told
    assert {row["event"] for row in told} == {"acme-rocket"}
    assert {row["status"] for row in told} == {"delayed"}
    assert first["alert"] == second["alert"] != third["alert"]
    assert (first["posts"], second["posts"], third["posts"]) == (["a1"], ["a1", "a2"], ["a3"])
    assert (first["sources"], second["sources"]) == (1, 2)
    assert (first["lang"], second["lang"]) == ("en", "fr")
    assert first["at"] == "2025-06-02T10:00:00+00:00"
    assert first["headline"] == POSTS[0]["title"]
    assert first["expected"] == "2025-09-01"
    assert first["precision"] == "month"
    assert first["why"]


def test_people_read_lines_and_a_sum(tocsin: Tocsin, files: tuple[Path, Path]) -> None:
    posts, events = files
    done = tocsin("backtest", str(posts), "--events", str(events))
    assert done.code == 0
    assert "acme-rocket" in done.out
    assert (done.out + done.err).splitlines()[-1] == "2 alerts, 1 updates, 4 posts"


def test_a_star_matches_every_post(tocsin: Tocsin, files: tuple[Path, Path]) -> None:
    posts, _ = files
    told = rows(tocsin("backtest", str(posts), "--watch", "*", "--json").out)
    assert {one for row in told for one in row["posts"]} == {"a1", "a2", "x1", "a3"}
    assert {row["event"] for row in told} == {None}
    assert all(row["watches"] == ["*"] for row in told)


def test_an_id_that_comes_again_is_a_revision(tocsin: Tocsin, files: tuple[Path, Path]) -> None:
    posts, events = files
    again = post("x1", 4, "Acme's rocket is delayed, too", "Wire")
    posts.write_text("".join(json.dumps(one) + "\n" for one in (*POSTS[:3], POSTS[2], again)))
    told = rows(tocsin("backtest", str(posts), "--events", str(events), "--json").out)
    assert [row["post"] for row in told] == ["a1", "a2", "x1"]


def test_without_events_or_watches_the_settings_are_in_force(
    tocsin: Tocsin, files: tuple[Path, Path]
) -> None:
    posts, _ = files
    posts.write_text(
        json.dumps(post("o", 10, "OpenAI delays its open-weight model to later this summer", "W")) + "\n"
    )
    (row,) = rows(tocsin("backtest", str(posts), "--json").out)
    assert row["event"] == "openai-open-weight"
    assert "open-weight delay" in row["watches"]


def test_a_bad_line_a_bad_query_and_a_bad_event_are_told(tocsin: Tocsin, files: tuple[Path, Path]) -> None:
    posts, events = files
    done = tocsin("backtest", str(posts), "--watch", "(open")
    assert done.code != 0
    assert "--watch" in done.err
    assert "^" in done.err
    events.write_text("[[event]]\nkey = 'x'\n")
    done = tocsin("backtest", str(posts), "--events", str(events))
    assert done.code == 78
    assert "title is missing" in done.err
    posts.write_text(json.dumps(POSTS[0]) + "\n{oops\n")
    done = tocsin("backtest", str(posts), "--watch", "*", "--json")
    assert done.code == 1
    assert f"{posts}:2: is not JSON" in done.err
    assert len(done.out.splitlines()) == 1
    done = tocsin("backtest", "gone.jsonl", "--watch", "*")
    assert done.code != 0
    assert "gone.jsonl" in done.err


def test_a_watch_that_waits_for_more_sources_rings_with_the_last_it_needs(
    tocsin: Tocsin, files: tuple[Path, Path]
) -> None:
    posts, _ = files
    settings = "source = []\nevent = []\n[[watch]]\nname = 'rocket'\nquery = 'acme rocket'\nmin_sources = 2\n"
    (posts.parent / "tocsin.toml").write_text(settings)
    again = post("a4", 2, "Acme delays the launch of its rocket to September", "Sky")
    posts.write_text("".join(json.dumps(one) + "\n" for one in (POSTS[0], again)))
    (row,) = rows(tocsin("backtest", str(posts), "--json").out)
    assert (row["action"], row["post"], row["posts"]) == ("alert", "a4", ["a1", "a4"])


def test_a_packed_file_is_read_as_well(tocsin: Tocsin, files: tuple[Path, Path]) -> None:
    posts, events = files
    packed = posts.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(posts.read_bytes()))
    plain = tocsin("backtest", str(posts), "--events", str(events), "--json")
    assert tocsin("backtest", str(packed), "--events", str(events), "--json") == plain
