from datetime import timedelta

from sqlalchemy import Connection

from storage import guilds, meta, sources
from storage.sources import Polled

from .conftest import MINUTE, NOW, add_source


def the(connection: Connection, source_id: int) -> sources.Source:
    source = sources.get(connection, source_id)
    assert source
    return source


def test_a_source_of_many_guilds_is_polled_once(connection: Connection) -> None:
    guilds.join(connection, 9, NOW)
    source_id = add_source(connection)
    assert add_source(connection, guild=9) == source_id
    assert [source.id for source in sources.due(connection, NOW)] == [source_id]
    assert sources.subscribers(connection, source_id) == {0, 9}


def test_a_source_rests_while_nobody_present_subscribes(connection: Connection) -> None:
    guilds.join(connection, 9, NOW)
    source_id = add_source(connection, guild=9)
    guilds.leave(connection, 9, NOW)
    assert sources.due(connection, NOW) == sources.enabled(connection, NOW) == []
    assert sources.next_due(connection) is None
    guilds.join(connection, 9, NOW)
    assert len(sources.due(connection, NOW)) == 1
    sources.unsubscribe(connection, 9, source_id)
    assert sources.due(connection, NOW) == []
    assert sources.find(connection, "feed", "https://bell.example/feed") == the(connection, source_id)


def test_the_longest_overdue_goes_first_and_the_next_time_is_known(connection: Connection) -> None:
    late, soon, now = (add_source(connection, f"https://{n}.example/") for n in ("late", "soon", "now"))
    times = {late: NOW - MINUTE, soon: NOW + MINUTE, now: NOW}
    sources.record(connection, [Polled(one, NOW, at, {}, {}) for one, at in times.items()])
    assert [source.id for source in sources.due(connection, NOW)] == [late, now]
    assert [source.id for source in sources.due(connection, NOW, limit=1)] == [late]
    assert sources.next_due(connection) == NOW - MINUTE


def test_a_poll_that_worked_moves_the_cursor_and_forgives_failures(connection: Connection) -> None:
    source_id = add_source(connection)
    sources.record_failure(connection, source_id, NOW, "no answer" * 100, NOW + MINUTE)
    failed = the(connection, source_id)
    assert (failed.failures, failed.cursor, failed.first_polled_at) == (1, {}, None)
    assert failed.last_error == ("no answer" * 100)[: sources.SHOWN]
    for minutes in (1, 2):
        poll = Polled(source_id, NOW + minutes * MINUTE, NOW + 9 * MINUTE, {"etag": "x"}, {"seconds": 60})
        sources.record(connection, [poll])
    source = the(connection, source_id)
    assert (source.failures, source.last_error, source.cursor) == (0, None, {"etag": "x"})
    assert (source.first_polled_at, source.polled_at) == (NOW + MINUTE, NOW + 2 * MINUTE)
    assert (source.rhythm, source.next_poll_at) == ({"seconds": 60}, NOW + 9 * MINUTE)
    sources.record(connection, [])


def test_patience_that_was_asked_for_binds_every_poll(connection: Connection) -> None:
    source_id = add_source(connection)
    wait = NOW + timedelta(hours=1)
    sources.record_failure(connection, source_id, NOW, "slow down", NOW, not_before=wait)
    assert sources.enabled(connection, NOW) == []
    assert [source.id for source in sources.enabled(connection, wait)] == [source_id]


def test_a_source_that_is_to_be_left_alone_has_not_failed(connection: Connection) -> None:
    source_id = add_source(connection)
    sources.record_patience(connection, source_id, NOW + MINUTE)
    assert sources.enabled(connection, NOW) == sources.due(connection, NOW) == []
    assert [(one.id, one.failures) for one in sources.due(connection, NOW + MINUTE)] == [(source_id, 0)]


def test_a_source_that_is_gone_is_paused_with_its_reason_and_may_be_resumed(connection: Connection) -> None:
    source_id = add_source(connection)
    sources.record_failure(connection, source_id, NOW, "410", NOW + MINUTE, gone="gone for good")
    assert the(connection, source_id).paused == "gone for good"
    assert sources.enabled(connection, NOW) == []
    sources.resume(connection, source_id, NOW)
    source = the(connection, source_id)
    assert (source.paused, source.failures, source.next_poll_at) == (None, 0, NOW)


def test_a_source_is_called_by_its_name_then_its_title_then_its_address(connection: Connection) -> None:
    source_id = add_source(connection)
    assert the(connection, source_id).outlet == "https://bell.example/feed"
    sources.record_change(connection, source_id, NOW, title="The Daily Bell", lang="fr")
    assert (the(connection, source_id).outlet, the(connection, source_id).lang) == ("The Daily Bell", "fr")
    sources.put(connection, "feed", "https://bell.example/feed", NOW, name="Bell")
    assert the(connection, source_id).outlet == "Bell"
    assert the(connection, source_id).changed_at == NOW
    assert sources.get(connection, 404) is None


def test_what_commands_change_is_noticed_and_what_polls_write_is_not(connection: Connection) -> None:
    source_id = add_source(connection)
    before = meta.count(connection, meta.CONFIGURATION)
    sources.record(connection, [Polled(source_id, NOW, NOW, {}, {})])
    sources.record_change(connection, source_id, NOW)
    assert meta.count(connection, meta.CONFIGURATION) == before
    sources.pause(connection, source_id)
    assert meta.count(connection, meta.CONFIGURATION) == before + 1
