"""What an alert says now: read from storage, put together for whoever shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.pipeline.contents import headline, readable
from bot.pipeline.view import AlertView, Dated, SourceLine, SummaryLine
from matching.summary import summarise
from storage import alerts, events, posts, stories
from storage.database import Connection
from storage.posts import StoredPost
from storage.stories import Evidence, Linked

EVIDENCE = 60
"""How many of the latest revisions are looked at; sources beyond are counted, not listed."""


def render(connection: Connection, alert_id: int, revision: int, lang: str | None = None) -> AlertView | None:
    """The alert as its message should show it, marked as that revision; None when it is no longer stored."""
    alert = alerts.get(connection, alert_id)
    story = stories.get(connection, alert.story_id) if alert else None
    if alert is None or story is None:
        return None
    evidence = _posts(stories.evidence_of(connection, story.id, EVIDENCE))
    told = posts.get(connection, evidence)
    numbers = {post_id: number for number, post_id in enumerate((one for one in evidence if one in told), 1)}
    link = _link(connection, story.id, alert.event_id)
    event = events.by_id(connection, alert.event_id) if alert.event_id else None
    reported = [told[post_id] for post_id in numbers]
    return AlertView(
        alert_id=alert.id,
        revision=revision,
        title=event.title if event else ", ".join(alert.watches),
        headline=story.headline,
        change=_change(link),
        status=link.status if link else None,
        previous_status=link.before_status if link else None,
        expected=_dated(link.expected, link.precision) if link else None,
        previous_expected=_dated(link.before_expected, link.before_precision) if link else None,
        sure=link.sure if link else True,
        summary=tuple(_summary(reported, numbers, lang)),
        sources=tuple(_source(told[post_id], number) for post_id, number in numbers.items()),
        source_count=story.sources,
        first_seen=story.first_seen,
        event_key=event.key if event else None,
        watches=tuple(alert.watches),
        why=alert.why,
    )


def _posts(evidence: Iterable[Evidence]) -> list[int]:
    """The posts behind the evidence, each once, in the order in which they came."""
    return list(dict.fromkeys(one.post_id for one in evidence))


def _link(connection: Connection, story_id: int, event_id: int | None) -> Linked | None:
    links = stories.links_of(connection, story_id) if event_id else []
    return next((link for link in links if link.event_id == event_id), None)


def _change(link: Linked | None) -> str:
    """What changed, in one line: status and date, before and after."""
    if link is None or link.status is None:
        return ""
    before = f"{link.before_status} → " if link.before_status and link.before_status != link.status else ""
    again = " again" if link.before_status == link.status else ""
    return f"{before}{link.status}{again}" + ("" if link.sure else " (unconfirmed)")


def _dated(at: datetime | None, precision: str | None) -> Dated | None:
    return Dated(at, precision) if at is not None and precision is not None else None


def _summary(
    reported: Sequence[StoredPost], numbers: Mapping[int, int], lang: str | None
) -> Iterator[SummaryLine]:
    read = [readable(post, post.published or post.first_seen) for post in reported]
    for line in summarise(read, lang):
        yield SummaryLine(line.text, numbers[int(line.post_id)])


def _source(post: StoredPost, number: int) -> SourceLine:
    return SourceLine(number, post.outlet, post.title or headline(post), post.url, post.lang, post.published)
