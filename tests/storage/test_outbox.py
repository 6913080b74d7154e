from datetime import datetime

import pytest
from sqlalchemy import Connection, select, update

from storage import alerts, events, guilds, journal, meta, outbox
from storage import tables as t
from storage.outbox import Claim

from .conftest import DAY, MINUTE, NOW, add_story

A, B = (0, 100), (0, 200)


def ring(
    connection: Connection, place: tuple[int, int] = A, *, silent: bool = False, event: int | None = None
) -> int:
    story = add_story(connection, "bell")
    return alerts.open_one(
        connection, place, story.id, NOW, event_id=event, watches=["w"], why="bell", silent=silent
    )


def grow(
    connection: Connection, alert_id: int, *, event: int | None = None, watches: tuple[str, ...] = ()
) -> None:
    alert = alerts.get(connection, alert_id)
    assert alert
    alerts.add_evidence(connection, alert, NOW + MINUTE, event_id=event, watches=watches)


def take(connection: Connection, now: datetime = NOW) -> list[Claim]:
    claims = [outbox.claim(connection, message_id, now) for message_id in outbox.due(connection, now)]
    assert all(claims)
    return [claim for claim in claims if claim]


def deliver(connection: Connection, ref: str = "m1") -> Claim:
    [claim] = take(connection)
    outbox.sent(connection, claim, ref, NOW)
    return claim


def message(connection: Connection, claim: Claim) -> object:
    return connection.execute(select(t.message).where(t.message.c.id == claim.message_id)).one()


def test_an_alert_is_sent_once_and_then_the_outbox_is_empty(connection: Connection) -> None:
    alert_id = ring(connection)
    claim = deliver(connection)
    assert (claim.alert_id, claim.channel, claim.revision, claim.ref) == (alert_id, 100, 1, None)
    assert (claim.attempted, claim.attempts, claim.first_attempt_at) == (False, 1, NOW)
    assert len(claim.nonce) <= 25
    assert outbox.due(connection, NOW + DAY) == []
    assert outbox.next_attempt(connection) is None
    assert outbox.claim(connection, claim.message_id, NOW) is None
    assert outbox.claim(connection, 404, NOW) is None


def test_evidence_edits_the_message_that_stands(connection: Connection) -> None:
    alert_id = ring(connection)
    first = deliver(connection, "m1")
    grow(connection, alert_id)
    grow(connection, alert_id)
    assert outbox.next_attempt(connection) == NOW + MINUTE
    [edit] = take(connection, NOW + MINUTE)
    assert (edit.message_id, edit.nonce, edit.ref, edit.revision) == (first.message_id, first.nonce, "m1", 3)
    assert not edit.attempted
    outbox.sent(connection, edit, "m1", NOW + MINUTE)
    assert outbox.counts(connection) == {"sent": 1}
    row = message(connection, edit)
    assert (row.sent_at, row.sent_revision) == (NOW, 3)  # type: ignore[attr-defined]


def test_evidence_that_comes_during_a_send_is_shown_by_an_edit(connection: Connection) -> None:
    alert_id = ring(connection)
    [claim] = take(connection)
    grow(connection, alert_id)
    outbox.sent(connection, claim, "m1", NOW)
    [edit] = take(connection)
    assert (edit.ref, edit.revision) == ("m1", 2)


def test_a_send_without_a_record_is_known_to_have_been_attempted(connection: Connection) -> None:
    ring(connection)
    [before] = take(connection)
    [after] = take(connection, NOW + MINUTE)  # as after a crash
    assert (after.nonce, after.attempted, after.attempts) == (before.nonce, True, 2)
    assert after.first_attempt_at == NOW


def test_order_is_kept_within_a_channel_and_channels_do_not_wait(connection: Connection) -> None:
    first, second, elsewhere = ring(connection, A), ring(connection, A), ring(connection, B)
    head, other = take(connection)
    assert (head.alert_id, other.alert_id) == (first, elsewhere)
    outbox.later(connection, head, "slow down", NOW + MINUTE)
    outbox.sent(connection, other, "m", NOW)
    assert take(connection) == []
    assert outbox.next_attempt(connection) == NOW + MINUTE
    [again] = take(connection, NOW + MINUTE)
    assert again.alert_id == first
    outbox.sent(connection, again, "m1", NOW)
    assert [claim.alert_id for claim in take(connection)] == [second]


def test_a_first_send_goes_before_the_edit_of_an_older_message(connection: Connection) -> None:
    old = ring(connection)
    deliver(connection)
    grow(connection, old)
    new = ring(connection)
    assert [claim.alert_id for claim in take(connection, NOW + DAY)] == [new]


def test_evidence_does_not_cut_a_pause_short(connection: Connection) -> None:
    alert_id = ring(connection)
    [claim] = take(connection)
    outbox.later(connection, claim, "slow down", NOW + DAY)
    grow(connection, alert_id)
    assert outbox.next_attempt(connection) == NOW + DAY


@pytest.mark.parametrize(("end", "state"), [(outbox.gone, "gone"), (outbox.refuse, "refused")])
def test_a_message_that_cannot_stand_is_left_alone_and_the_channel_goes_on(
    connection: Connection, end: object, state: str
) -> None:
    bad, good = ring(connection), ring(connection)
    [claim] = take(connection)
    end(connection, claim, "why " * 100)  # type: ignore[operator]
    grow(connection, bad)
    assert [claim.alert_id for claim in take(connection)] == [good]
    assert outbox.counts(connection) == {state: 1, "pending": 1}
    assert len(message(connection, claim).last_error) == outbox.SHOWN  # type: ignore[attr-defined]


def test_a_closed_channel_keeps_its_messages_until_it_opens(connection: Connection) -> None:
    ring(connection, A)
    ring(connection, B)
    before = meta.count(connection, meta.CONFIGURATION)
    outbox.close_channel(connection, *A, "no permission", NOW)
    assert outbox.closed_channels(connection) == {A: "no permission"}
    assert [claim.channel for claim in take(connection)] == [200]
    assert meta.count(connection, meta.CONFIGURATION) == before + 1
    outbox.open_channel(connection, *A, NOW)
    assert outbox.closed_channels(connection) == {}
    assert [claim.channel for claim in take(connection)] == [100, 200]


def test_a_development_answers_the_events_last_message_in_its_channel(connection: Connection) -> None:
    event = events.put(connection, 0, "e", NOW, title="t", who=["a"], what=["b"])
    ring(connection, A, event=event)
    deliver(connection, "m1")
    ring(connection, B, event=event)
    deliver(connection, "m2")
    ring(connection, A)
    deliver(connection, "m3")
    ring(connection, A, event=event)
    claim = deliver(connection, "m4")
    assert claim.reply_to == "m1"
    connection.execute(update(t.message).where(t.message.c.ref == "m4").values(state="gone"))
    ring(connection, A, event=event)
    assert deliver(connection, "m5").reply_to == "m1"


def test_a_silent_alert_counts_as_told_and_never_rings(connection: Connection) -> None:
    alert_id = ring(connection, silent=True)
    grow(connection, alert_id)
    assert take(connection, NOW + DAY) == []
    [alert] = alerts.of_story(connection, 1)
    assert (alert.id, alert.silent) == (alert_id, True)
    loud = ring(connection)
    assert [alert.id for alert in alerts.of_guild(connection, 0)] == [loud]
    assert alerts.get(connection, 404) is None


def test_an_alert_learns_of_further_watches_and_its_event_once(connection: Connection) -> None:
    event = events.put(connection, 0, "e", NOW, title="t", who=["a"], what=["b"])
    other = events.put(connection, 0, "f", NOW, title="t", who=["a"], what=["b"])
    alert_id = ring(connection)
    grow(connection, alert_id, watches=("w", "x"))
    grow(connection, alert_id, event=event)
    grow(connection, alert_id, event=other, watches=("x",))
    alert = alerts.get(connection, alert_id)
    assert alert
    assert (alert.watches, alert.event_id, alert.why) == (["w", "x"], event, "bell")


def test_the_same_story_in_another_guilds_channel_of_the_same_number_is_another_alert(
    connection: Connection,
) -> None:
    guilds.join(connection, 9, NOW)
    story = add_story(connection, "bell")
    for place in (A, (9, A[1])):
        alerts.open_one(connection, place, story.id, NOW, event_id=None, watches=[], why="", silent=False)
    assert [alert.guild_id for alert in alerts.of_story(connection, story.id)] == [0, 9]
    assert len(take(connection)) == 2


def test_the_number_of_a_deleted_alert_is_never_given_again(connection: Connection) -> None:
    alert_id = ring(connection)
    connection.execute(t.alert.delete())
    assert ring(connection) > alert_id


def test_changes_are_written_down_the_latest_first(connection: Connection) -> None:
    journal.note(connection, 0, NOW, "watch added", {"name": "w"}, who=2**60)
    journal.note(connection, 0, NOW + MINUTE, "watch paused", {"name": "w"})
    entries = journal.latest(connection, 0)
    assert [(entry.action, entry.who, entry.what) for entry in entries] == [
        ("watch paused", None, {"name": "w"}),
        ("watch added", 2**60, {"name": "w"}),
    ]


def test_of_what_a_reader_says_of_an_alert_the_latest_counts(connection: Connection) -> None:
    alert_id = ring(connection)
    journal.rate(connection, alert_id, 2**60, "useful", NOW)
    journal.rate(connection, alert_id, 2**60, "false", NOW)
    journal.rate(connection, alert_id, 5, "useful", NOW)
    assert journal.ratings(connection, alert_id) == {2**60: "false", 5: "useful"}
