"""Feeds of our own, and a poll of them."""

from datetime import UTC, datetime
from typing import Any

from watchers.fetch import Door
from watchers.kinds import KINDS
from watchers.post import Batch
from watchers.watcher import PollRequest

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def item(
    title: str | None = "Bells ring in the valley",
    link: str | None = "https://bells.example/1",
    guid: str | None = "bell-1",
    date: str | None = "Sun, 01 Mar 2026 10:00:00 GMT",
    more: str = "",
) -> str:
    """One RSS item; None leaves an element out."""
    parts = [
        ("title", title),
        ("link", link),
        ("pubDate", date),
    ]
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in parts if value is not None)
    if guid is not None:
        inner += f'<guid isPermaLink="false">{guid}</guid>'
    return f"<item>{inner}{more}</item>"


def rss(*items: str, channel: str = "") -> str:
    """An RSS 2.0 feed."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>The Bell</title><link>https://bells.example/</link>{channel}{''.join(items)}"
        "</channel></rss>"
    )


async def poll(door: Door, url: str, kind: str = "feed", **more: Any) -> Batch:
    """One poll of `url` at NOW."""
    return await KINDS[kind].poll(PollRequest(1, url, **{"now": NOW, **more}), door)
