"""The demo's posts as a backtest file."""

import io
import json
from contextlib import redirect_stdout
from datetime import datetime

from bot.demo.export import lines, main
from bot.demo.posts import load

SCRIPT = load()
FIELDS = {"id", "url", "title", "summary", "text", "published", "lang", "source"}


def test_every_post_and_revision_is_a_line_in_order() -> None:
    rows = [json.loads(line) for line in lines(SCRIPT)]
    assert [row["id"] for row in rows] == [post.ref for post in SCRIPT.posts]
    assert all(set(row) == FIELDS for row in rows)


def test_a_revision_is_dated_by_its_appearance() -> None:
    # The clock of a backtest is `published`; an edited article keeps its old one.
    edited = next(post for post in SCRIPT.posts if post.updated is not None)
    rows = [json.loads(line) for line in lines(SCRIPT)]
    row = next(row for row in rows if row["title"] == edited.title)
    assert datetime.fromisoformat(row["published"]) == edited.step > edited.published


def test_a_social_post_has_the_address_of_its_place() -> None:
    row = next(row for row in map(json.loads, lines(SCRIPT)) if row["source"] == "Nadia Vell")
    assert row["url"].startswith("https://bsky.app/profile/nadia.example/post/3ll")


def test_the_module_writes_all_lines_to_stdout() -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        main()
    assert out.getvalue().splitlines() == list(lines(SCRIPT))
