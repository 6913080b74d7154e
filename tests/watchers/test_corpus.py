"""Thousands of feeds that others collected because they are hard: each ends in posts or in a clear error."""

import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.watchers.texts import NOW
from watchers import feedxml
from watchers.errors import WatcherError

BASE = "https://bells.example/feed"


def documents(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            opened = tar.extractfile(member) if member.isfile() else None
            if opened is not None and member.name.endswith(".xml"):
                yield member.name, opened.read()


@pytest.mark.shared
@pytest.mark.parametrize("name", ["feedparser", "gofeed"])
def test_every_feed_ends_in_posts_or_in_a_clear_error(shared: Path, name: str) -> None:
    outcomes: Counter[str] = Counter()
    for path, body in documents(shared / "data" / "feeds" / f"{name}.tar.gz"):
        try:
            parsed = feedxml.parse(body, "application/xml", BASE, NOW)
        except WatcherError as error:
            outcomes[error.reason] += 1
            continue
        outcomes["read"] += 1
        assert len({post.guid for post in parsed.posts}) == len(parsed.posts), path
        assert all(post.guid and "\n" not in post.title for post in parsed.posts), path
    assert outcomes["read"] > 500
    assert outcomes["read"] > 0.6 * outcomes.total(), outcomes
