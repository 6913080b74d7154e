"""The post as matching reads it: plain text, nothing but values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Post:
    """One post, or one revision of it.

    `summary` and `text` are plain (see matching.plain). `published` is aware UTC: when it was
    published, or first seen where the source does not say. `source` is the outlet's name.
    `lang` is a BCP 47 tag as given, or None.
    """

    id: str
    title: str
    published: datetime
    url: str | None = None
    summary: str = ""
    text: str = ""
    source: str = ""
    author: str | None = None
    lang: str | None = None
