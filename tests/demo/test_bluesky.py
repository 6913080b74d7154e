"""The sample account answers as app.bsky.feed.getAuthorFeed does."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.demo import bluesky
from bot.demo.posts import load

SCRIPT = load()
ACCOUNT = SCRIPT.outlet("nadia")
END = SCRIPT.steps[-1]
BASE = "http://127.0.0.1:1234"

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
DID = re.compile(r"did:plc:[a-z2-7]{24}")


def views() -> list[dict[str, Any]]:
    """All posts of the account, newest first."""
    return [item["post"] for item in bluesky.author_feed(SCRIPT, ACCOUNT, END, BASE)["feed"]]


def test_identifiers_have_the_form_of_real_ones() -> None:
    for view in views():
        authority, collection, key = view["uri"].removeprefix("at://").split("/")
        assert DID.fullmatch(authority)
        assert collection == "app.bsky.feed.post"
        assert TID.fullmatch(key)
        assert re.fullmatch(r"b[a-z2-7]{58}", view["cid"])


def test_posts_fit_bluesky() -> None:
    assert all(len(view["record"]["text"]) <= 300 for view in views())


def test_newest_come_first_and_only_those_that_have_appeared() -> None:
    times = [view["record"]["createdAt"] for view in views()]
    assert times == sorted(times, reverse=True)
    assert len(bluesky.author_feed(SCRIPT, ACCOUNT, SCRIPT.steps[0], BASE)["feed"]) == 1


def test_pages_follow_one_another_without_gap_or_overlap() -> None:
    uris: list[str] = []
    cursor: str | None = None
    while True:
        answer = bluesky.author_feed(SCRIPT, ACCOUNT, END, BASE, 4, cursor)
        uris += [item["post"]["uri"] for item in answer["feed"]]
        if (cursor := answer.get("cursor")) is None:
            break
    assert uris == [view["uri"] for view in views()]


def test_a_linked_article_is_shown_below_the_text() -> None:
    view = next(view for view in views() if view["record"]["text"].startswith("It's out."))
    external = view["embed"]["external"]
    assert external["uri"] == f"{BASE}/rivet/ai/openai-releases-gpt-oss"
    assert external["title"].startswith("OpenAI releases gpt-oss")
    assert external["description"].endswith("under the Apache 2.0 licence.")
    assert view["record"]["embed"]["external"] == external


@pytest.mark.shared
def test_answers_fulfil_the_lexicon(shared: Path) -> None:
    feed = lexicon(shared, "feed/defs.json")
    author = lexicon(shared, "actor/defs.json")["profileViewBasic"]
    record = lexicon(shared, "feed/post.json")["main"]["record"]
    external = lexicon(shared, "embed/external.json")["viewExternal"]
    for item in bluesky.author_feed(SCRIPT, ACCOUNT, END, BASE)["feed"]:
        fulfils(item, feed["feedViewPost"])
        fulfils(item["post"], feed["postView"])
        fulfils(item["post"]["author"], author)
        fulfils(item["post"]["record"], record)
        if "embed" in item["post"]:
            fulfils(item["post"]["embed"]["external"], external)


def lexicon(shared: Path, path: str) -> Any:
    """The definitions of one lexicon."""
    folder = shared / "data" / "apis" / "lexicons" / "app" / "bsky"
    return json.loads((folder / path).read_text("utf-8"))["defs"]


def fulfils(value: dict[str, Any], definition: dict[str, Any]) -> None:
    """Every required field is there, every field is known, and the plain ones have their type."""
    kinds = {"string": str, "integer": int, "array": list, "object": dict}
    assert set(definition["required"]) <= set(value)
    for name, field in value.items():
        if name == "$type":
            continue
        known = definition["properties"][name]
        assert isinstance(field, kinds.get(known["type"], object))
        if known.get("format") == "datetime":
            assert isinstance(field, str)
            assert datetime.fromisoformat(field).tzinfo is not None
