"""The operator's file against what commands changed: who owns which field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from config.specs import EventSpec, SourceSpec, WatchSpec
from storage import events, guilds, meta, owned, seed, sources, watches

from .conftest import NOW

FEED = "https://bell.example/feed"


def bring(connection: Connection, guild: int = guilds.LOCAL, **lists: Any) -> seed.Seeded:
    given: dict[str, Any] = {"sources": (), "events": (), "watches": (), **lists}
    return seed.bring(connection, guild, NOW, **given)


def watch(query: str = "bell", **fields: Any) -> WatchSpec:
    return WatchSpec(name="w", query=query, **fields)


def event(**fields: Any) -> EventSpec:
    return EventSpec(**{"key": "e", "title": "The bell", "who": ("Acme",), "what": ("bell",), **fields})


def the_watch(connection: Connection, guild: int = guilds.LOCAL) -> watches.Watch:
    found = watches.get(connection, guild, "w")
    assert found
    return found


def test_what_the_file_lists_is_there_and_a_second_start_changes_nothing(
    connection: Connection,
) -> None:
    lists = {
        "sources": (SourceSpec(url=FEED, name="Bell", every=90, lookback="7d", options={"depth": 2}),),
        "events": (event(status="delayed", since="2026-01-02", expected="2026-06", channel=5),),
        "watches": (watch(channel=6, min_sources=2, statuses=("delayed",)),),
    }
    assert bring(connection, **lists) == seed.Seeded(added=3, changed=0, paused=0)
    before = meta.count(connection, meta.CONFIGURATION)
    assert bring(connection, **lists) == seed.Seeded(0, 0, 0)
    assert meta.count(connection, meta.CONFIGURATION) == before
    [source] = sources.of_guild(connection, guilds.LOCAL)
    assert (source.name, source.every, source.lookback, source.options) == (
        "Bell",
        90.0,
        604800.0,
        {"depth": 2},
    )
    [known] = events.of_guild(connection, guilds.LOCAL)
    assert (known.status, known.since, known.channel) == ("delayed", datetime(2026, 1, 2, tzinfo=UTC), 5)
    assert (known.expected, known.precision) == (datetime(2026, 6, 1, tzinfo=UTC), "month")
    assert (the_watch(connection).channel, the_watch(connection).min_sources) == (6, 2)


def test_a_value_changed_in_the_file_applies(connection: Connection) -> None:
    bring(connection, watches=[watch("bell")])
    assert bring(connection, watches=[watch("chime")]).changed == 1
    assert the_watch(connection).query == "chime"


def test_a_field_that_a_command_set_stays_and_the_others_follow_the_file(connection: Connection) -> None:
    bring(connection, watches=[watch("bell", channel=1)])
    watches.put(connection, guilds.LOCAL, "w", NOW, channel=2)
    bring(connection, watches=[watch("chime", channel=3)])
    assert (the_watch(connection).query, the_watch(connection).channel) == ("chime", 2)
    assert the_watch(connection).commanded == ["channel"]


def test_what_left_the_file_is_paused_and_resumes_when_it_returns(connection: Connection) -> None:
    full = {"sources": [SourceSpec(url=FEED)], "events": [event()], "watches": [watch()]}
    bring(connection, **full)
    assert bring(connection).paused == 3
    assert the_watch(connection).paused == owned.NOT_IN_FILE
    assert not watches.queries(connection)
    assert not events.queries(connection)
    assert not sources.due(connection, NOW)
    assert bring(connection).paused == 0
    assert bring(connection, **full).changed == 3
    assert the_watch(connection).paused is None
    assert len(sources.due(connection, NOW)) == 1


def test_what_a_command_paused_stays_paused_whatever_the_file_says(connection: Connection) -> None:
    bring(connection, watches=[watch()])
    watches.pause(connection, the_watch(connection).id)
    bring(connection, watches=[watch()])
    bring(connection)
    bring(connection, watches=[watch()])
    assert the_watch(connection).paused == owned.BY_COMMAND
    watches.resume(connection, the_watch(connection).id)
    assert the_watch(connection).paused is None


def test_what_a_command_removed_does_not_come_back_with_the_next_start(connection: Connection) -> None:
    bring(connection, watches=[watch()], events=[event()])
    watches.remove(connection, the_watch(connection).id)
    [known] = events.of_guild(connection, guilds.LOCAL)
    events.remove(connection, known.id)
    bring(connection, watches=[watch("other")], events=[event()])
    assert watches.of_guild(connection, guilds.LOCAL) == []
    assert events.of_guild(connection, guilds.LOCAL) == []
    watches.put(connection, guilds.LOCAL, "w", NOW, query="mine")
    assert [w.query for w in watches.of_guild(connection, guilds.LOCAL)] == ["mine"]


def test_what_a_command_made_is_not_paused_for_missing_in_the_file(connection: Connection) -> None:
    watches.put(connection, guilds.LOCAL, "w", NOW, query="mine")
    assert bring(connection).paused == 0
    assert the_watch(connection).paused is None


def test_the_file_adopts_a_watch_of_the_same_name_without_taking_its_fields(connection: Connection) -> None:
    watches.put(connection, guilds.LOCAL, "w", NOW, query="mine")
    assert bring(connection, watches=[watch("theirs", channel=9)]).changed == 1
    assert (the_watch(connection).query, the_watch(connection).channel) == ("mine", 9)
    assert the_watch(connection).in_file


def test_when_the_file_moves_to_a_guild_the_local_copies_stop(connection: Connection) -> None:
    bring(connection, watches=[watch()], events=[event()], sources=[SourceSpec(url=FEED)])
    bring(connection, 77, watches=[watch()], events=[event()], sources=[SourceSpec(url=FEED)])
    assert [query.guild for query in watches.queries(connection)] == [77]
    assert [query.guild for query in events.queries(connection)] == [77]
    [source] = sources.due(connection, NOW)
    assert sources.subscribers(connection, source.id) == {guilds.LOCAL, 77}


@pytest.mark.parametrize(("own", "kept"), [(None, 5), (4, 4)])
def test_the_files_channel_applies_while_the_guild_has_none(
    connection: Connection, own: int | None, kept: int
) -> None:
    guilds.change(connection, guilds.LOCAL, channel=own)
    bring(connection, channel=5)
    guild = guilds.get(connection, guilds.LOCAL)
    assert guild
    assert guild.channel == kept


def test_a_new_meaning_must_go_through_the_stored_posts_again(connection: Connection) -> None:
    bring(connection, watches=[watch("bell")], events=[event()])
    [watch_id], [event_id] = watches.unprimed(connection), events.unprimed(connection)
    later = NOW + timedelta(minutes=1)
    watches.primed(connection, [watch_id], later)
    events.primed(connection, [event_id], later)
    bring(connection, watches=[watch("bell", channel=3)], events=[event(title="The great bell")])
    assert watches.unprimed(connection) == events.unprimed(connection) == []
    bring(connection, watches=[watch("chime")], events=[event(what=("chime",))])
    assert (watches.unprimed(connection), events.unprimed(connection)) == ([watch_id], [event_id])
