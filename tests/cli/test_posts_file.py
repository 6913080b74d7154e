"""A file of posts is read in order; whatever is wrong with it is one line that names the place."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.faults import Fault
from bot.cli.posts_file import read_posts

LINE = {"id": "a", "title": "T", "published": "2025-06-10T12:00:00Z", "source": "Wire", "more": 1}


def write(folder: Path, *lines: object, name: str = "posts.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_posts_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, LINE, "", LINE | {"id": 7, "published": "2025-06-09T12:00:00"})
    first, second = read_posts(path)
    assert (first.id, first.title, first.source) == ("a", "T", "Wire")
    assert (second.id, second.published) == ("7", datetime(2025, 6, 9, 12, tzinfo=UTC))


def test_a_time_with_a_zone_becomes_utc(tmp_path: Path) -> None:
    (post,) = read_posts(write(tmp_path, LINE | {"published": "2025-06-10T14:00:00+02:00"}))
    assert post.published == datetime(2025, 6, 10, 12, tzinfo=UTC)
    assert post.published.tzinfo is UTC


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(gzip.compress(json.dumps(LINE).encode()))
    assert [post.id for post in read_posts(path)] == ["a"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{no", r"posts.jsonl:2: is not JSON \(.*\); each line must be one post"),
        ("[1]", r"posts.jsonl:2: is not a post"),
        ({"id": "b"}, r'posts.jsonl:2: "published": field required'),
        (LINE | {"id": ""}, r'posts.jsonl:2: "id": string should have at least 1 character'),
        (LINE | {"published": "soon"}, r'posts.jsonl:2: "published": input should be a valid datetime'),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_what_stands_before_is_read(
    tmp_path: Path, line: object, what: str
) -> None:
    posts = read_posts(write(tmp_path, LINE, line))
    assert next(posts).id == "a"
    with pytest.raises(Fault, match=what):
        next(posts)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b'{"id": "caf\xe9"}\n')
    with pytest.raises(Fault, match=r"posts.jsonl:1: is not UTF-8"):
        list(read_posts(path))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="cannot be read: No such file"):
        list(read_posts(tmp_path / "gone.jsonl"))
    with pytest.raises(Fault, match="cannot be read: Is a directory"):
        list(read_posts(tmp_path))


def test_a_cut_gzip_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(LINE).encode() * 500)[:-20])
    with pytest.raises(Fault, match="not a whole gzip file"):
        list(read_posts(path))


def test_an_empty_file_has_no_posts(tmp_path: Path) -> None:
    assert list(read_posts(write(tmp_path))) == []
