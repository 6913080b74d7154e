from dataclasses import replace

from sqlalchemy import Connection

from matching.decision import EventQuery, EventState, Expected, Signature, WatchQuery
from storage import events, guilds, owned, stories, watches
from storage.stories import Linked

from .conftest import DAY, NOW, add_story


def test_matching_gets_a_watch_as_it_was_put(connection: Connection) -> None:
    lists = {"statuses": ["delayed"], "trust": ["bell.example"], "leave_out": ["noise.example"]}
    watch_id = watches.put(connection, 0, "w", NOW, query="bell", channel=5, min_sources=2, **lists)
    assert watches.queries(connection) == [
        WatchQuery(watch_id, 0, "w", "bell", 2, ("delayed",), ("bell.example",), ("noise.example",))
    ]
    assert watches.channels(connection) == {watch_id: 5}


def test_matching_gets_an_event_as_it_was_put(connection: Connection) -> None:
    event_id = events.put(connection, 0, "e", NOW, title="The bell", who=["Acme"], what=["bell"], channel=6)
    assert events.queries(connection) == [EventQuery(event_id, 0, "e", "The bell", ("Acme",), ("bell",))]
    assert events.channels(connection) == {event_id: 6}
    assert events.by_id(connection, event_id) == events.get(connection, 0, "e")
    assert events.by_id(connection, 404) is None


def test_names_belong_to_their_guild(connection: Connection) -> None:
    guilds.join(connection, 9, NOW)
    watches.put(connection, 0, "w", NOW, query="bell")
    watches.put(connection, 9, "w", NOW, query="chime")
    queries = [watches.get(connection, guild, "w") for guild in (0, 9, 10)]
    assert [one and one.query for one in queries] == ["bell", "chime", None]
    assert events.get(connection, 0, "e") is None


def test_what_is_paused_or_in_a_guild_left_behind_does_not_run(connection: Connection) -> None:
    guilds.join(connection, 9, NOW)
    paused = watches.put(connection, 0, "w", NOW, query="bell")
    watches.put(connection, 9, "w", NOW, query="chime")
    stopped = events.put(connection, 0, "e", NOW, title="t", who=["a"], what=["b"])
    watches.pause(connection, paused)
    events.pause(connection, stopped)
    guilds.leave(connection, 9, NOW)
    assert (watches.queries(connection), events.queries(connection)) == ([], [])
    assert (watches.unprimed(connection), events.unprimed(connection)) == ([], [])
    watches.resume(connection, paused)
    events.resume(connection, stopped)
    assert (len(watches.queries(connection)), len(events.queries(connection))) == (1, 1)
    [event] = events.of_guild(connection, 0)
    assert event.paused is None


def test_what_only_a_command_made_is_removed_for_good(connection: Connection) -> None:
    watch_id = watches.put(connection, 0, "w", NOW, query="bell")
    event_id = events.put(connection, 0, "e", NOW, title="t", who=["a"], what=["b"])
    watches.remove(connection, watch_id)
    events.remove(connection, event_id)
    assert watches.get(connection, 0, "w") is None
    assert events.get(connection, 0, "e") is None
    assert owned.REMOVED not in [watch.paused for watch in watches.of_guild(connection, 0)]


def test_an_events_state_is_what_was_declared_and_its_latest_developments(connection: Connection) -> None:
    event_id = events.put(
        connection, 0, "e", NOW, title="t", who=["a"], what=["b"], status="announced", since=NOW,
        expected=NOW, precision="month",
    )  # fmt: skip
    seen = []
    for number in range(events.REMEMBERED + 2):
        at = NOW + number * DAY
        story = add_story(connection, f"term{number}", at=at)
        date = Expected(at, "day", "soon")
        linked = Linked(
            story.id, event_id, "delayed", **stories.expectation(date), sure=False, at=at,
            before_status="announced", before_expected=None, before_precision=None,
        )  # fmt: skip
        stories.link(connection, linked)
        seen.append((story.id, date))
    [state] = events.states(connection, [event_id])
    assert (state.status, state.since, state.expected) == ("announced", NOW, Expected(NOW, "month"))
    assert [(step.story_id, step.expected) for step in state.developments] == seen[2:]
    last = state.developments[-1]
    assert (last.status, last.sure, last.signature) == ("delayed", False, Signature({"term65": 1.0}))
    assert events.states(connection, []) == []


def test_an_event_without_declarations_or_developments_has_an_empty_state(connection: Connection) -> None:
    event_id = events.put(connection, 0, "e", NOW, title="t", who=["a"], what=["b"])
    assert events.states(connection, [event_id]) == [EventState(event_id, 0, None, None, None)]


def test_a_link_said_anew_changes_what_is_reported_and_not_what_was_before(connection: Connection) -> None:
    event_id = events.put(connection, 0, "e", NOW, title="t", who=["a"], what=["b"])
    story = add_story(connection, "bell")
    first = Linked(
        story.id, event_id, "delayed", None, None, "", sure=False, at=NOW,
        before_status="announced", before_expected=NOW, before_precision="day",
    )  # fmt: skip
    stories.link(connection, first)
    stories.link(connection, replace(first, sure=True, status="cancelled", at=NOW + DAY, before_status=None))
    assert stories.links_of(connection, story.id) == [replace(first, sure=True, status="cancelled")]
    assert stories.expectation(None) == {"expected": None, "precision": None, "words": ""}
