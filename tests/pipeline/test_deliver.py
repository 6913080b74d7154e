"""From the outbox to a place that rings: in order, once, through every fault that a place may have."""

import sqlite3

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.pipeline.deliver import LONGEST_PAUSE, Delivery, Outbox
from bot.pipeline.ringer import ChannelClosed, MessageGone, Order, Refused, RingError, Sent, TryLater
from storage import outbox
from storage import tables as t
from storage.errors import Unavailable

from .conftest import DAY, DELAYED, HOUR, MINUTE, NOW, RELEASED, REPORTE, Bell, Stage, fetched


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):  # type: ignore[no-untyped-def]
        return self.now


def ring(stage: Stage, bell: Bell, time: Time) -> Outbox:
    return Outbox(stage.database, bell, clock=time)


def delay(stage: Stage, channel: int | None = None) -> int:
    """One alert that waits; returns its source."""
    stage.event(channel=channel)
    source_id = stage.source()
    stage.take(source_id, [fetched("1", DELAYED)])
    return source_id


def states(stage: Stage) -> list[str]:
    with stage.database.transaction() as connection:
        return list(connection.scalars(select(t.message.c.state).order_by(t.message.c.id)))


async def test_an_alert_is_sent_then_edited_as_evidence_grows(stage: Stage) -> None:
    bell, time = Bell(), Time()
    source_id = delay(stage, channel=10)
    box = ring(stage, bell, time)
    assert await box.deliver() == [Delivery(1, 1, "sent")]
    stage.take(source_id, [fetched("2", REPORTE, lang="fr")], NOW + MINUTE)
    time.now += HOUR
    assert await box.deliver() == [Delivery(1, 1, "edited")]
    assert await box.deliver() == []
    assert await box.next_attempt() is None
    first, second = bell.orders
    assert (first.ref, second.ref, first.nonce == second.nonce) == (None, "m1", True)
    assert (first.view.revision, second.view.revision) == (1, 2)
    assert [len(order.view.sources) for order in bell.orders] == [1, 2]


async def test_the_next_development_answers_the_last_message(stage: Stage) -> None:
    bell, time = Bell(), Time()
    source_id = delay(stage)
    await ring(stage, bell, time).deliver()
    time.now += 50 * DAY
    stage.take(source_id, [fetched("2", RELEASED, time.now)], time.now)
    await ring(stage, bell, time).deliver()
    assert [order.reply_to for order in bell.orders] == [None, "m1"]


async def test_a_place_that_asks_for_patience_gets_it_and_the_order_is_kept(stage: Stage) -> None:
    bell, time = Bell([TryLater("slow down", retry_after=30.0)]), Time()
    source_id = delay(stage)
    stage.take(source_id, [fetched("2", RELEASED, NOW + 50 * DAY)], NOW)
    box = ring(stage, bell, time)
    assert [one.state for one in await box.deliver()] == ["later"]
    assert await box.next_attempt() == NOW + 30 * MINUTE / 60
    time.now += MINUTE
    assert [(one.alert_id, one.state) for one in await box.deliver()] == [(1, "sent"), (2, "sent")]
    assert [order.attempted for order in bell.orders] == [False, True, False]
    assert len({order.nonce for order in bell.orders[:2]}) == 1


async def test_pauses_grow_without_end_and_never_beyond_the_longest(stage: Stage) -> None:
    bell, time = Bell([TryLater("no")] * 40), Time()
    delay(stage)
    box, pauses = ring(stage, bell, time), []
    for _ in range(40):
        await box.deliver()
        at = await box.next_attempt()
        assert at
        pauses.append(at - time.now)
        time.now = at
    assert pauses == sorted(pauses)
    assert [one.total_seconds() for one in pauses[:4]] == [2, 4, 8, 16]
    assert pauses[-1] == LONGEST_PAUSE
    assert [one.state for one in await box.deliver()] == ["sent"]


async def test_a_crash_between_send_and_record_shows_in_the_next_order(stage: Stage) -> None:
    delay(stage)
    with stage.database.transaction() as connection:
        claim = outbox.claim(connection, 1, NOW)  # and here the process was killed, before or after it sent
    bell = Bell()
    await ring(stage, bell, Time()).deliver()
    assert claim
    assert [(order.attempted, order.nonce) for order in bell.orders] == [(True, claim.nonce)]


class OneDoorShut(Bell):
    """Channel 10 refuses its first order; channels go side by side, so the first of all may be another's."""

    async def ring(self, order: Order) -> Sent:
        shut = order.channel == 10 and all(one.channel != 10 for one in self.orders)
        self.faults = [ChannelClosed("no permission")] if shut else []
        return await super().ring(order)


async def test_a_closed_channel_waits_and_the_others_go_on(stage: Stage) -> None:
    bell, time = OneDoorShut(), Time()
    stage.watch("openai", channel=20)
    source_id = delay(stage, channel=10)
    stage.take(source_id, [fetched("2", RELEASED, NOW + 50 * DAY)], NOW)
    box = ring(stage, bell, time)
    ended = [(one.alert_id, one.state) for one in await box.deliver()]
    assert sorted(one for one in ended if one[1] == "closed") == [(1, "closed")]
    assert {state for _, state in ended} == {"closed", "sent"}
    with stage.database.transaction() as connection:
        [place] = outbox.closed_channels(connection)
        outbox.open_channel(connection, *place, NOW)
    waiting = [one.state for one in await box.deliver()]
    assert set(waiting) == {"sent"}
    assert states(stage) == ["sent"] * len(states(stage))


@pytest.mark.parametrize(("fault", "state"), [(MessageGone("deleted"), "gone"), (Refused("bad"), "refused")])
async def test_a_message_that_cannot_stand_is_left_and_the_next_goes(
    stage: Stage, fault: RingError, state: str
) -> None:
    bell, time = Bell([fault]), Time()
    source_id = delay(stage)
    stage.take(source_id, [fetched("2", RELEASED, NOW + 50 * DAY)], NOW)
    assert [one.state for one in await ring(stage, bell, time).deliver()] == [state, "sent"]
    assert states(stage) == [state, "sent"]
    stage.take(source_id, [fetched("3", REPORTE, lang="fr")], NOW + MINUTE)
    assert states(stage)[0] == state


async def test_a_bug_of_a_ringer_is_loud_and_loses_nothing(stage: Stage) -> None:
    bell, time = Bell([ZeroDivisionError("ours")]), Time()
    delay(stage)
    with capture_logs() as logs:
        assert [one.state for one in await ring(stage, bell, time).deliver()] == ["later"]
    assert [log["event"] for log in logs] == ["message.bug", "message.later"]
    time.now += MINUTE
    assert [one.state for one in await ring(stage, bell, time).deliver()] == ["sent"]


async def test_a_message_without_its_alert_is_dropped(stage: Stage, url: str) -> None:
    delay(stage)
    # Unlike ours, a bare connection lets a message outlive its alert, as an erasure between two steps does.
    with sqlite3.connect(url.removeprefix("sqlite:///")) as bare:
        bare.execute("DELETE FROM alert")
    bare.close()
    bell = Bell()
    assert [one.state for one in await ring(stage, bell, Time()).deliver()] == ["gone"]
    assert bell.orders == []


async def test_a_message_that_is_taken_back_between_two_looks_is_not_sent(stage: Stage) -> None:
    delay(stage)
    bell = Bell()
    box = ring(stage, bell, Time())
    with stage.database.transaction() as connection:
        connection.execute(update(t.message).values(state="refused"))
    assert await box._attempt(1) is None
    assert bell.orders == []


async def test_a_record_that_cannot_be_written_is_an_error_and_the_message_was_attempted(
    stage: Stage, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay(stage)
    file = url.removeprefix("sqlite:///")
    other = sqlite3.connect(file, isolation_level=None, timeout=0)

    class Locking(Bell):
        async def ring(self, order):  # type: ignore[no-untyped-def]
            other.execute("BEGIN IMMEDIATE")
            return await super().ring(order)

    with stage.database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    bell, time = Locking(), Time()
    with pytest.raises(Unavailable):
        await ring(stage, bell, time).deliver()
    other.execute("ROLLBACK")
    other.close()
    again = Bell()
    await ring(stage, again, time).deliver()
    assert [order.attempted for order in again.orders] == [True]
    assert [order.nonce for order in again.orders] == [order.nonce for order in bell.orders]
