"""Reading POSTS.jsonl[.gz], for a backtest: one post a line, in order; a bad line is named by its number."""

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.cli.faults import Fault


def _utc(at: datetime) -> datetime:
    """Aware UTC; a time without a zone is taken as UTC."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


class PostLine(BaseModel):
    """A post as its line gives it. `published` is aware UTC; further keys are ignored."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: Annotated[str, Field(min_length=1)]
    published: Annotated[datetime, AfterValidator(_utc)]
    title: str = ""
    url: str | None = None
    summary: str | None = ""
    text: str | None = ""
    lang: str | None = None
    source: str = ""
    author: str | None = None


def read_posts(path: Path) -> Iterator[PostLine]:
    """Yield the posts of a file, plain or gzipped, line by line; empty lines are skipped. Raises Fault."""
    try:
        with _opened(path) as lines:
            yield from _posts(path, lines)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Fault(f"{path}: is not a whole gzip file: {error}; fetch or pack it again") from None
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror or error}") from None


def _opened(path: Path) -> BinaryIO:
    # By its first bytes and not by its name: a renamed file is still what it is.
    raw = path.open("rb")
    is_gzip = raw.peek(2)[:2] == b"\x1f\x8b"
    if not is_gzip:
        return raw
    raw.close()
    return cast("BinaryIO", gzip.open(path, "rb"))


def _posts(path: Path, lines: BinaryIO) -> Iterator[PostLine]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _post(f"{path}:{number}", line)


def _post(where: str, line: bytes) -> PostLine:
    try:
        value: Any = json.loads(line)
    except UnicodeDecodeError:
        raise Fault(f"{where}: is not UTF-8") from None
    except ValueError as error:
        raise Fault(f"{where}: is not JSON ({error}); each line must be one post") from None
    if not isinstance(value, dict):
        raise Fault(f'{where}: is not a post; write an object with "id" and "published"')
    try:
        return PostLine.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise Fault(f'{where}: "{key}": {first["msg"][0].lower()}{first["msg"][1:]}') from None
