"""What headers say about time."""

from datetime import UTC, datetime, timedelta

import pytest

from watchers.freshness import LONGEST, fresh_until, http_date, retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
IN_TEN_MINUTES = "Sun, 01 Mar 2026 12:10:00 GMT"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 1.5 ", 1.5),
        ("0", 0),
        (IN_TEN_MINUTES, 600),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sunday, 01-Mar-26 12:10:00 GMT", 600),
        ("9999999999", LONGEST.total_seconds()),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}, NOW) == seconds


def test_no_retry_after() -> None:
    assert retry_after({}, NOW) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'Public, Max-Age="600"'}, 600),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "900"}, None),
        ({"cache-control": "max-age=600", "expires": "0"}, 600),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=99999999"}, LONGEST.total_seconds()),
        ({"expires": IN_TEN_MINUTES}, 600),
        ({"expires": IN_TEN_MINUTES, "date": "Sun, 01 Mar 2026 12:05:00 GMT"}, 300),
        ({"expires": "0"}, None),
        ({}, None),
    ],
)
def test_freshness(headers: dict[str, str], seconds: float | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert fresh_until(headers, NOW) == expected


def test_dates_are_aware_utc_or_none() -> None:
    assert http_date("Sun, 01 Mar 2026 12:00:00 -0000") == NOW
    assert http_date("Sun, 01 Mar 2026 13:00:00 +0100") == NOW
    assert http_date(None) is None
    assert http_date("Sun, 99 Mar 2026 12:00:00 GMT") is None
