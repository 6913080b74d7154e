"""When to look next: learnt, asked for, backed off, apart from others, and always within limits."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watchers.schedule import (
    JITTER,
    LONGEST,
    MIN_INTERVAL,
    UNKNOWN,
    History,
    earliest,
    first_poll,
    learnt_interval,
    next_poll,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)  # a Sunday
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def every(gap: timedelta, count: int = 20, until: datetime = NOW) -> list[datetime]:
    return [until - gap * number for number in range(count)]


def wait(history: History, min_interval: timedelta = MIN_INTERVAL) -> timedelta:
    return next_poll(history, NOW, min_interval) - NOW


def test_the_interval_follows_the_rhythm() -> None:
    assert learnt_interval(every(HOUR), NOW) == 15 * MINUTE
    assert learnt_interval(every(8 * MINUTE), NOW) == 2 * MINUTE
    assert learnt_interval([], NOW) == UNKNOWN
    assert learnt_interval(every(HOUR, 2), NOW) == UNKNOWN


def test_a_burst_is_a_rhythm_and_its_zeros_are_none() -> None:
    burst = [NOW - HOUR] * 10
    assert MIN_INTERVAL <= wait(History(1, burst)) <= 30 * MINUTE


def test_a_source_long_silent_is_looked_at_ever_more_rarely() -> None:
    silences = [learnt_interval(every(HOUR, until=NOW - timedelta(days=days)), NOW) for days in (0, 1, 5, 60)]
    assert silences == sorted(silences)
    assert silences[-1] == LONGEST


def test_posts_of_the_future_teach_nothing() -> None:
    assert learnt_interval([NOW + HOUR] * 5, NOW) == UNKNOWN


def test_the_operators_interval_replaces_the_learnt_one_down_to_the_minimum() -> None:
    assert 30 * MINUTE <= wait(History(1, every(MINUTE), every=30 * MINUTE)) <= 30 * MINUTE * (1 + JITTER)
    assert wait(History(1, every=timedelta(seconds=1))) >= MIN_INTERVAL
    quick = wait(History(1, every=timedelta(seconds=1)), timedelta(seconds=1))
    assert quick <= timedelta(seconds=1.1)


def test_errors_back_off_without_end_and_without_giving_up() -> None:
    waits = [wait(History(1, every(HOUR), errors=errors)) for errors in (0, 1, 2, 5, 10, 10_000)]
    assert waits[1] >= 1.8 * waits[0]
    assert waits == sorted(waits)
    assert waits[-1] <= LONGEST * (1 + JITTER)


def test_retry_after_binds_even_the_operator() -> None:
    until = NOW + 5 * HOUR
    assert next_poll(History(1, every=MINUTE, asked_until=until), NOW) == until
    assert next_poll(History(1, every(MINUTE), asked_until=NOW + timedelta(days=2)), NOW) == NOW + timedelta(
        days=2
    )


def test_what_a_feed_wishes_binds_unless_the_operator_says_otherwise() -> None:
    wish = NOW + 3 * HOUR
    assert next_poll(History(1, every(MINUTE), not_before=wish), NOW) == wish
    assert wait(History(1, every=MINUTE, not_before=wish)) < 2 * MINUTE
    assert wait(History(1, every(MINUTE), not_before=NOW + timedelta(days=30))) <= LONGEST


def test_the_jitter_belongs_to_the_source() -> None:
    waits = [wait(History(source, every(HOUR))) for source in range(1000)]
    assert waits == [wait(History(source, every(HOUR))) for source in range(1000)]
    assert len(set(waits)) > 990
    assert max(waits) - min(waits) > 15 * MINUTE * JITTER * 0.9


def test_a_start_spreads_what_is_overdue() -> None:
    starts = [first_poll(source, NOW) for source in range(10_000)]
    seconds = [int((start - NOW).total_seconds()) for start in starts]
    assert max(seconds) < 300
    assert max(seconds.count(second) for second in set(seconds)) < 70  # 33 a second on average


def test_headers_and_ttl_delay_by_an_hour_at_most() -> None:
    assert earliest(NOW) is None
    assert earliest(NOW, fresh_until=NOW + 10 * MINUTE) == NOW + 10 * MINUTE
    assert earliest(NOW, fresh_until=NOW - MINUTE) is None
    assert earliest(NOW, fresh_until=NOW + timedelta(days=3)) == NOW + HOUR
    assert earliest(NOW, ttl=20) == NOW + 20 * MINUTE
    assert earliest(NOW, ttl=10_000) == NOW + HOUR


def test_hours_and_days_to_skip() -> None:
    assert earliest(NOW, skip_hours=(12, 13)) == datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
    assert earliest(NOW, skip_hours=(1,)) is None
    assert earliest(NOW, skip_days=(6,)) == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert earliest(NOW, ttl=30, skip_hours=(13,)) == NOW + 30 * MINUTE
    assert earliest(NOW, skip_hours=range(24)) == NOW + LONGEST


@given(
    ages=st.lists(st.integers(-(10**6), 10**9), max_size=40),
    errors=st.integers(0, 10**6),
    own=st.none() | st.integers(0, 10**7),
    wish=st.none() | st.integers(-(10**7), 10**7),
    source=st.integers(0, 10**9),
)
def test_the_next_poll_is_always_within_the_limits(
    ages: list[int], errors: int, own: int | None, wish: int | None, source: int
) -> None:
    history = History(
        source,
        [NOW - timedelta(seconds=age) for age in ages],
        errors,
        None if own is None else timedelta(seconds=own),
        not_before=None if wish is None else NOW + timedelta(seconds=wish),
    )
    assert MIN_INTERVAL <= wait(history) <= LONGEST * (1 + JITTER)
