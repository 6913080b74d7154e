"""Where a post belongs: events first, watches on the same story, guilds apart."""

from dataclasses import replace
from datetime import timedelta

from matching.compiled import CompiledWatches
from matching.decide import decide
from matching.decision import Decision, Development, EventState, StoryState, WatchQuery
from matching.post import Post
from tests.matching.texts import NOW, OPEN_MODEL, post

DELAY = post("OpenAI delays its open model", "OpenAI says its open model needs more tests before July.", "en")
WATCH = WatchQuery(5, 0, "w", "open-weight delay")


def run(
    item: Post, compiled: CompiledWatches, *states: EventState, stories: tuple[StoryState, ...] = ()
) -> Decision:
    reading = compiled.read(item)
    assert reading is not None
    known = {state.event_id: state for state in states}
    return decide(reading, stories, known, item.published)


def test_a_new_development_starts_a_story_and_the_watch_rides_on_it() -> None:
    told = run(DELAY, CompiledWatches([WATCH], [OPEN_MODEL]), EventState(1, 0, None, None, None))
    [placement] = told.placements
    assert placement.story_id is None
    assert [link.status for link in placement.links] == ["delayed"]
    assert placement.watches == (5,)
    assert "the watch found" in told.why


def development(story: int, sure: bool, reading_of: Post = DELAY) -> Development:
    reading = CompiledWatches([], [OPEN_MODEL]).read(reading_of)
    assert reading is not None
    before = NOW - timedelta(hours=5)
    return Development(story, "delayed", None, sure, before, before, reading.signature)


def test_evidence_joins_and_confirms() -> None:
    state = EventState(1, 0, None, None, None, (development(9, sure=False),))
    [placement] = run(DELAY, CompiledWatches([], [OPEN_MODEL]), state).placements
    assert placement.story_id == 9
    [link] = placement.links
    assert (link.new, link.confirms) == (False, True)
    story = StoryState(9, NOW, NOW, 3, development(9, sure=True).signature)
    [known] = run(DELAY, CompiledWatches([], [OPEN_MODEL]), state, stories=(story,)).placements
    assert known.signature.terms


def test_two_guilds_share_one_new_story() -> None:
    theirs = replace(OPEN_MODEL, id=2, guild=77)
    told = run(
        DELAY,
        CompiledWatches([], [OPEN_MODEL, theirs]),
        EventState(1, 0, None, None, None),
        EventState(2, 77, None, None, None),
    )
    [placement] = told.placements
    assert [link.guild for link in placement.links] == [0, 77]


def test_two_events_of_one_guild_get_two_stories() -> None:
    twin = replace(OPEN_MODEL, id=2, key="twin")
    state = EventState(1, 0, None, None, None, (development(9, sure=True),))
    told = run(DELAY, CompiledWatches([], [OPEN_MODEL, twin]), state, EventState(2, 0, None, None, None))
    assert [placement.story_id for placement in told.placements] == [9, None]


def test_a_mention_is_silent_and_says_why() -> None:
    filler = " ".join(f"Sentence number {n} speaks of something else entirely." for n in "abcdefg")
    told = run(
        post("Stocks today", f"{filler} OpenAI delays its open model.", "en"),
        CompiledWatches([], [OPEN_MODEL]),
        EventState(1, 0, None, None, None),
    )
    assert told.placements == ()
    assert "mentions the event" in told.why


def test_news_that_is_known_is_silent_and_says_why() -> None:
    told = run(DELAY, CompiledWatches([], [OPEN_MODEL]), EventState(1, 0, "delayed", None, None))
    assert told.placements == ()
    assert "known to be delayed" in told.why


def test_a_watch_alone_gets_the_nearest_story_or_a_new_one() -> None:
    compiled = CompiledWatches([WATCH])
    [new] = run(DELAY, compiled).placements
    assert (new.story_id, new.watches) == (None, (5,))
    reading = compiled.read(DELAY)
    assert reading is not None
    story = StoryState(3, NOW, NOW, 1, reading.signature, (), ("en",))
    [joined] = run(DELAY, compiled, stories=(story,)).placements
    assert joined.story_id == 3


def test_a_story_of_another_guilds_event_is_shared() -> None:
    theirs = replace(OPEN_MODEL, id=2, guild=77)
    state = EventState(1, 0, None, None, None, (development(9, sure=True),))
    [placement] = run(
        DELAY, CompiledWatches([], [OPEN_MODEL, theirs]), state, EventState(2, 77, None, None, None)
    ).placements
    assert placement.story_id == 9
    assert [(link.guild, link.new) for link in placement.links] == [(0, False), (77, True)]
