import itertools
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, func, select

from matching.decision import Signature
from storage import stories
from storage import tables as t
from storage.database import Database
from storage.stories import Evidence, Story

from .conftest import DAY, MINUTE, NOW, add_post, add_source, add_story

LONG_AGO = NOW - 365 * DAY


def again(connection: Connection, story: Story) -> Story:
    found = stories.get(connection, story.id)
    assert found
    return found


def signature(*terms: str) -> Signature:
    return Signature(dict.fromkeys(terms, 1.0))


def found(connection: Connection, *terms: str, url: str | None = None) -> list[int]:
    return [state.id for state in stories.candidates(connection, signature(*terms), url, NOW - 30 * DAY)[0]]


def test_a_story_is_found_by_any_of_its_terms_and_comes_back_as_it_was(connection: Connection) -> None:
    story_id = stories.start(
        connection, "Bell delayed", "fr", NOW, Signature({"bell": 2.0, "acme": 1.0}, ("delay",))
    )
    add_story(connection, "whistle")
    [state] = stories.candidates(connection, signature("acme", "other"), None, LONG_AGO)[0]
    assert (state.id, state.first_seen, state.last_seen, state.posts) == (story_id, NOW, NOW, 0)
    assert state.signature == Signature({"bell": 2.0, "acme": 1.0}, ("delay",))
    assert found(connection, "nothing") == found(connection) == []
    assert stories.get(connection, 404) is None


def test_a_story_not_seen_within_the_window_is_not_found(connection: Connection) -> None:
    old = add_story(connection, "bell", at=NOW - 31 * DAY)
    assert found(connection, "bell") == []
    post_id = add_post(connection, add_source(connection), canonical_url="https://bell.example/1")
    stories.grow(
        connection, old, signature("bell"), Evidence(post_id, 1, NOW - 31 * DAY), "https://bell.example/1"
    )
    assert found(connection, url="https://bell.example/1") == []
    stories.grow(connection, again(connection, old), signature("bell"), Evidence(post_id, 2, NOW))
    assert found(connection, "bell") == found(connection, url="https://bell.example/1") == [old.id]


def test_of_many_stories_those_that_share_most_are_kept(connection: Connection) -> None:
    for _ in range(stories.CANDIDATES + 10):
        add_story(connection, "bell")
    best = add_story(connection, "bell", "acme")
    ids = found(connection, "bell", "acme")
    assert len(ids) == stories.CANDIDATES
    assert best.id in ids


def test_a_common_word_never_makes_the_search_longer(connection: Connection) -> None:
    def stored(first: int, count: int) -> None:
        for number in range(first, first + count):
            add_story(connection, "bell", at=NOW + number * MINUTE)

    def steps() -> int:
        """Instructions that SQLite's machine runs for one search."""
        driver: Any = connection.connection.driver_connection
        taken = itertools.count()
        driver.set_progress_handler(lambda: next(taken) and None, 1)
        ids = found(connection, "bell")
        driver.set_progress_handler(None, 0)
        newest = connection.execute(select(func.max(t.story.c.id))).scalar_one()
        assert ids == list(range(newest - stories.CANDIDATES + 1, newest + 1))
        return next(taken)

    stored(0, stories.PER_TERM * 2)
    few = steps()
    stored(stories.PER_TERM * 2, stories.PER_TERM * 8)
    assert steps() < few * 1.1


def test_evidence_counts_posts_and_sources_once(connection: Connection) -> None:
    story = add_story(connection, "bell")
    bell, chime = add_source(connection), add_source(connection, "https://chime.example/")
    first, second = add_post(connection, bell, "1"), add_post(connection, bell, "2")
    third = add_post(connection, chime, "1")
    steps = [(first, 1), (first, 1), (first, 2), (second, 1), (third, 1)]
    grown = []
    langs = ("en", "en", "fr", None, "fr")
    for minutes, ((post_id, revision), lang) in enumerate(zip(steps, langs, strict=True)):
        evidence = Evidence(post_id, revision, NOW + minutes * MINUTE, "It rang.", 0.5, "bell")
        url = f"https://bell.example/{post_id}"
        grown.append(
            stories.grow(connection, again(connection, story), signature("bell"), evidence, url, lang)
        )
    assert grown == [True, False, True, True, True]
    now = again(connection, story)
    assert (now.posts, now.sources, now.last_seen) == (3, 2, NOW + 4 * MINUTE)
    assert now.langs == ["en", "fr"]
    assert now.urls == [f"https://bell.example/{post_id}" for post_id in (first, second, third)]
    latest = stories.evidence_of(connection, story.id, 2)
    assert latest == [
        Evidence(post_id, 1, NOW + minutes * MINUTE, "It rang.", 0.5, "bell")
        for post_id, minutes in ((second, 3), (third, 4))
    ]


def test_what_a_post_is_evidence_for_is_told_oldest_first(connection: Connection) -> None:
    late, early = add_story(connection, "bell"), add_story(connection, "chime")
    post_id = add_post(connection, add_source(connection))
    second, first = Evidence(post_id, 2, NOW + MINUTE, "It rang.", 0.5, "bell"), Evidence(post_id, 1, NOW)
    stories.grow(connection, late, signature("bell"), second)
    stories.grow(connection, early, signature("chime"), first)
    assert stories.told_by(connection, post_id) == [(early.id, first), (late.id, second)]
    assert stories.told_by(connection, 404) == []


def test_a_story_takes_its_new_signature_and_is_found_by_it(connection: Connection) -> None:
    story = add_story(connection, "bell")
    post_id = add_post(connection, add_source(connection))
    new = Signature({"bell": 1.0, "chime": 2.0}, ("delay",))
    stories.grow(connection, story, new, Evidence(post_id, 1, NOW + MINUTE))
    assert found(connection, "chime") == [story.id]
    assert again(connection, story).actions == ["delay"]
    assert again(connection, story).urls == []


def test_terms_are_rewritten_only_when_they_are_new_or_stale(connection: Connection) -> None:
    story = add_story(connection, "bell")
    source_id = add_source(connection)

    def seen_after(hours: int) -> object:
        post_id = add_post(connection, source_id, str(hours))
        evidence = Evidence(post_id, 1, NOW + timedelta(hours=hours))
        stories.grow(connection, again(connection, story), signature("bell"), evidence)
        return connection.execute(select(t.story_term.c.last_seen)).scalar_one()

    assert [seen_after(hours) for hours in (1, 8)] == [NOW, NOW + timedelta(hours=8)]


def test_addresses_are_kept_up_to_a_bound_the_latest_last(connection: Connection) -> None:
    story, source_id = add_story(connection, "bell"), add_source(connection)
    for number in range(stories.URLS + 3):
        post_id = add_post(connection, source_id, str(number))
        url = f"https://bell.example/{number}"
        stories.grow(connection, again(connection, story), signature("bell"), Evidence(post_id, 1, NOW), url)
    urls = again(connection, story).urls
    assert len(urls) == stories.URLS
    assert urls[-1] == f"https://bell.example/{stories.URLS + 2}"


@settings(max_examples=30, deadline=None)
@given(some.dictionaries(some.text(max_size=12), some.floats(0, 10), max_size=70))
def test_any_signature_is_kept_and_found(terms: dict[str, float]) -> None:
    database = Database.in_memory()
    with database.transaction() as connection:
        clean = {term.encode("utf-8", "replace").decode(): weight for term, weight in terms.items() if term}
        story_id = stories.start(connection, "h", None, NOW, Signature(clean))
        ids = [state.id for state in stories.candidates(connection, Signature(clean), None, NOW)[0]]
        assert ids == ([story_id] if clean else [])
    database.close()
