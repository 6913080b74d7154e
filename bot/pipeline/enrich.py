"""What is worth a second request: hits whose text is only a teaser get their page's text, if there is one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.pipeline.book import Book
from bot.pipeline.contents import identities, reported_at
from matching.post import Post
from storage import posts
from storage.database import Connection, Database
from storage.posts import Content

TEASER_CHARS = 600
AT_ONCE = 4
MOST = 20
"""How many pages one batch may ask for."""


class Pages(Protocol):
    """Where the text of a page comes from."""

    async def text_of(self, url: str) -> str | None:
        """The page's article as plain text; None when there is none to be had. Never raises for that."""
        ...


async def enrich(
    database: Database, book: Book, source_id: int, contents: Sequence[Content], now: datetime, pages: Pages
) -> list[Content]:
    """The contents, with page texts for those new ones that a watch may hit; a failure keeps the teaser."""
    wanted = await database.read(_teasers, book, source_id, contents, now)
    turns = asyncio.Semaphore(AT_ONCE)

    async def text(content: Content) -> str | None:
        async with turns:
            return await pages.text_of(content.url or "")

    texts = await asyncio.gather(*(text(one) for one in wanted))
    found = {one.guid: text for one, text in zip(wanted, texts, strict=True)}
    return [_with_text(one, found.get(one.guid)) for one in contents]


def _teasers(
    connection: Connection, book: Book, source_id: int, contents: Sequence[Content], now: datetime
) -> list[Content]:
    short = [one for one in contents if one.url and len(one.summary) + len(one.text) < TEASER_CHARS]
    known = posts.known(connection, source_id, identities(short))
    fresh = [
        one
        for one in short
        if one.identity not in known or known[one.identity].fingerprint != one.fingerprint
    ]
    return [one for one in fresh if book.compiled.may_hit(_as_post(one, now))][-MOST:]


def _as_post(one: Content, now: datetime) -> Post:
    at = reported_at(one.published, now)
    return Post(id="", title=one.title, published=at, url=one.url, summary=one.summary, text=one.text)


def _with_text(content: Content, text: str | None) -> Content:
    return replace(content, text=text) if text and len(text) > len(content.text) else content
