"""What the sample posts promise: the story that they tell and the traps that they set."""

import copy
import tomllib
from collections import Counter, defaultdict
from importlib.resources import files
from typing import Any

import pytest

from bot.demo.posts import ScriptError, load, parse

DEVELOPMENTS = ("announced", "delayed to summer", "delayed without a date", "released")

TRAPS = {
    "another product of the same company",
    "another company's open-weight release",
    "'report' as an English noun",
    "passing mention",
    "commentary a week later",
    "second URL",
    "tracking parameters",
    "changed GUID",
    "changed date",
    "edited to a new status under its old URL",
    "a rumour after the fact",
    "it shouts @everyone",
}

SCRIPT = load()


@pytest.fixture
def data() -> dict[str, Any]:
    """The parsed posts.toml, to be spoilt at will."""
    return copy.deepcopy(tomllib.loads(files("bot.demo").joinpath("posts.toml").read_text("utf-8")))


def test_there_are_enough_posts_outlets_and_languages() -> None:
    assert len(SCRIPT.posts) >= 36
    formats = Counter(outlet.format for outlet in SCRIPT.outlets)
    assert formats["bluesky"] == 1
    assert formats.total() == 7
    assert set(formats) == {"rss", "atom", "rdf", "json", "bluesky"}
    languages = Counter(post.lang for post in SCRIPT.posts)
    assert set(languages) == {"en", "fr", "de", "es"}
    assert languages["en"] + languages["fr"] > 2 * (languages["de"] + languages["es"])


@pytest.mark.parametrize("development", DEVELOPMENTS)
def test_each_development_is_told_by_several_outlets_over_several_days(development: str) -> None:
    told = [post for post in SCRIPT.posts if post.reports == development]
    assert len({post.outlet.key for post in told if post.trap is None}) >= 3
    assert len({post.step.date() for post in told}) >= 3
    assert {"en", "fr", "de", "es"} == {post.lang for post in told}


def test_the_developments_come_in_their_order() -> None:
    first: dict[str, Any] = {}
    for post in SCRIPT.posts:
        if post.reports is not None:
            first.setdefault(post.reports, post)
    assert tuple(first) == DEVELOPMENTS
    assert [str(post.step.date()) for post in first.values()] == [
        "2025-03-31", "2025-06-10", "2025-07-12", "2025-08-05",
    ]  # fmt: skip


def test_every_trap_is_set() -> None:
    assert {post.trap for post in SCRIPT.posts} >= TRAPS


def test_the_edited_article_is_the_first_to_report_the_second_delay() -> None:
    first = next(post for post in SCRIPT.posts if post.reports == "delayed without a date")
    assert first.trap == "edited to a new status under its old URL"
    assert first.revision
    before = next(post for post in SCRIPT.posts if post.ref == first.ref)
    assert (before.path, before.reports) == (first.path, "delayed to summer")


def test_copies_differ_only_where_they_say() -> None:
    by_text = defaultdict(list)
    for post in SCRIPT.posts:
        by_text[post.text].append(post)
    copies = {group[1].trap: group for group in by_text.values() if len(group) > 1}
    assert set(copies) == {"tracking parameters", "second URL", "changed GUID", "changed date"}
    assert all(len(group) == 2 and group[0].title == group[1].title for group in copies.values())

    def differing(trap: str) -> set[str]:
        old, new = copies[trap]
        return {name for name in ("id", "path", "published") if getattr(old, name) != getattr(new, name)}

    assert differing("tracking parameters") == {"id", "path"}
    assert differing("second URL") == {"id", "path"}
    assert differing("changed GUID") == {"id"}
    assert differing("changed date") == {"published"}


def test_every_source_has_something_to_say_before_the_story_begins() -> None:
    # The first poll of a source is silent: a development that stood in it would never ring.
    opening = [post for post in SCRIPT.posts if post.step == SCRIPT.steps[0]]
    assert {post.outlet.key for post in opening} == {outlet.key for outlet in SCRIPT.outlets}
    assert all(post.reports is None for post in opening)


def test_posts_are_fresh_when_they_appear() -> None:
    # Otherwise `max_age` would silence them, and the demo would show that instead.
    assert all(0 <= (post.step - post.published).days < 7 for post in SCRIPT.posts if not post.revision)


def test_an_outlet_that_is_not_full_carries_the_first_paragraph() -> None:
    post = next(post for post in SCRIPT.posts if not post.outlet.full and len(post.paragraphs) > 1)
    assert post.teaser == post.paragraphs[0]
    full = next(post for post in SCRIPT.posts if post.outlet.full and len(post.paragraphs) > 1)
    assert full.teaser.split("\n\n") == list(full.paragraphs)


def test_a_revision_replaces_its_post() -> None:
    outlet = SCRIPT.outlet("boussole")
    edited = next(post for post in SCRIPT.posts if post.revision and post.outlet == outlet)
    before = SCRIPT.standing(outlet, SCRIPT.steps[SCRIPT.steps.index(edited.step) - 1])
    after = SCRIPT.standing(outlet, edited.step)
    assert len(before) == len(after)
    assert edited in after
    assert edited not in before


def test_the_demo_watches_the_event_that_the_posts_tell() -> None:
    config = tomllib.loads(files("bot.demo").joinpath("demo.toml").read_text("utf-8"))
    assert [event["key"] for event in config["event"]] == ["openai-open-weight-model"]
    assert config["watch"]
    assert config["fetch"]["allow"] == ["127.0.0.0/8"]


def test_an_unknown_format_is_refused(data: dict[str, Any]) -> None:
    data["outlet"][0]["format"] = "gopher"
    with pytest.raises(ScriptError, match="octet: gopher is no format"):
        parse(data)


def test_a_post_of_an_unknown_outlet_is_refused(data: dict[str, Any]) -> None:
    data["post"][0]["outlet"] = "nowhere"
    with pytest.raises(ScriptError, match="nowhere:octet-1001: no such outlet"):
        parse(data)


def test_a_post_out_of_order_is_refused(data: dict[str, Any]) -> None:
    data["post"].reverse()
    with pytest.raises(ScriptError, match="appears before the post above it"):
        parse(data)


def test_a_moment_without_a_time_zone_is_refused(data: dict[str, Any]) -> None:
    data["post"][0]["step"] = data["post"][0]["step"].replace(tzinfo=None)
    with pytest.raises(ScriptError, match="a moment needs its time zone"):
        parse(data)


def test_a_link_to_a_post_that_has_not_appeared_is_refused(data: dict[str, Any]) -> None:
    row = next(row for row in data["post"] if "link" in row)
    row["link"] = "octet:octet-9999"
    with pytest.raises(ScriptError, match="links to octet:octet-9999"):
        parse(data)
