"""The registry of kinds, and what all kinds share."""

import pytest

from watchers.errors import BadSource
from watchers.kinds import KINDS, check
from watchers.watcher import number_option


def test_every_kind_is_found_by_its_own_name() -> None:
    assert all(watcher.kind == name for name, watcher in KINDS.items())
    assert {"feed", "bluesky"} <= set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_refuses_an_option_that_it_does_not_know(kind: str) -> None:
    with pytest.raises(BadSource, match="known: "):
        check(kind, "https://bells.example/", {"no-such-option": 1})


def test_an_unknown_kind_is_told_with_the_known_ones() -> None:
    with pytest.raises(BadSource, match="bluesky, feed"):
        check("telegraph", "https://bells.example/", {})


@pytest.mark.parametrize("value", [0, 101, "5", True, 1.5])
def test_a_number_out_of_its_range_is_told(value: object) -> None:
    with pytest.raises(BadSource, match="from 1 to 100"):
        number_option({"limit": value}, "limit", 5, 1, 100)
    assert number_option({}, "limit", 5, 1, 100) == 5
