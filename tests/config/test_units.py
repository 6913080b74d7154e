"""Durations, networks, addresses and dates are read as people write them, and refused with a hint."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.units import address, duration, network, period, say_duration, service, start_of_day


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90s", 90),
        ("1h30m", 5400),
        ("7d", 604800),
        ("2w", 1209600),
        (60, 60),
        (0.5, 0.5),
        ("45", 45),
        ("1.5H", 5400),
    ],
)
def test_a_duration_is_read(written: Any, seconds: float) -> None:
    assert duration(written) == timedelta(seconds=seconds)


def test_a_duration_that_is_one_already_is_kept() -> None:
    assert duration(timedelta(days=1)) == timedelta(days=1)


@pytest.mark.parametrize("written", ["soon", "7 days", "", None, True, [], "-3s", "1e400x"])
def test_what_is_no_duration_is_refused_with_examples(written: Any) -> None:
    with pytest.raises(ValueError, match='"7d"'):
        duration(written)


@pytest.mark.parametrize("written", [0, -1, "0s", "9999w", 1e30])
def test_a_duration_is_longer_than_nothing_and_not_absurd(written: Any) -> None:
    with pytest.raises(ValueError, match="ten years"):
        duration(written)


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=3650)))
def test_a_duration_survives_being_said(value: timedelta) -> None:
    assert duration(say_duration(value)) == value


def test_networks_and_single_addresses_are_read() -> None:
    assert str(network("127.0.0.0/8")) == "127.0.0.0/8"
    assert str(network("::1")) == "::1/128"


@pytest.mark.parametrize("written", ["10.0.0.1/8", "localhost", None, ""])
def test_what_is_no_network_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="must be a network"):
        network(written)


@pytest.mark.parametrize("written", ["https://example.org/a?b=c", "github:owner/repo", "mastodon:@user@host"])
def test_addresses_of_all_kinds_pass(written: str) -> None:
    assert address(f" {written} ") == written


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("https://me:secret@example.org/", "carries a credential"),
        ("https://token@example.org/", "carries a credential"),
        ("https://[broken/", "not a well-formed address"),
        ("https:///path", "names no host"),
        ("example.org/feed", "must begin with"),
        ("", "must be an address"),
        (3, "must be an address"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(written: Any, what: str) -> None:
    with pytest.raises(ValueError, match=what) as caught:
        address(written)
    assert "secret" not in str(caught.value)


def test_a_service_is_a_web_address_without_the_last_slash() -> None:
    assert service("http://127.0.0.1:8080/api/v10/") == "http://127.0.0.1:8080/api/v10"
    with pytest.raises(ValueError, match="http"):
        service("ftp://example.org")


NOON = datetime(2025, 8, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2025-08-05", datetime(2025, 8, 5, tzinfo=UTC)),
        (date(2025, 8, 5), datetime(2025, 8, 5, tzinfo=UTC)),
        (NOON, NOON),
        (NOON.replace(tzinfo=None), NOON),
    ],
)
def test_a_day_is_read_as_utc(written: Any, at: datetime) -> None:
    assert start_of_day(written) == at


@pytest.mark.parametrize("written", ["5 August", 20250805, None])
def test_what_is_no_day_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="must be a date"):
        start_of_day(written)


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        ("2025-08-05", (2025, 8, 5), "day"),
        (date(2025, 8, 5), (2025, 8, 5), "day"),
        ("2025-08", (2025, 8, 1), "month"),
        ("2025", (2025, 1, 1), "year"),
        (2025, (2025, 1, 1), "year"),
    ],
)
def test_an_expected_date_keeps_its_precision(written: Any, at: tuple[int, int, int], precision: str) -> None:
    assert period(written) == (datetime(*at, tzinfo=UTC), precision)


@pytest.mark.parametrize("written", ["2025-13", "0000", "summer", True])
def test_what_is_no_expected_date_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="must be a date"):
        period(written)
