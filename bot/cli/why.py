"""`tocsin why POST_OR_URL`: what became of a stored post, stage by stage, and why."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.faults import Fault
from bot.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from storage.database import Connection
    from storage.posts import StoredPost


def why(
    context: typer.Context,
    post: Annotated[str, typer.Argument(metavar="POST_OR_URL", help="A post's address, id or guid.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a stored post: which stage dropped it, or which story, event and alert it belongs to."""
    from bot.cli.told import checked
    from matching.urls import canonical
    from storage import posts
    from storage.database import Database

    settings = checked(context, config)
    database = Database.open(settings.storage.url.get_secret_value())
    try:
        with database.transaction() as connection:
            found = posts.search(connection, post, canonical(post))
            told = [explained(connection, one) for one in found]
    finally:
        database.close()
    if not told:
        raise Fault(
            f"{post}: no such post is stored: no source has brought it, or it was deleted by its age; "
            "tocsin doctor tells whether its source can be reached"
        )
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n\n".join(map(_said, told)))


def explained(connection: "Connection", post: "StoredPost") -> dict[str, Any]:
    """All that is known of a post: its stage, its stories, and what every watch and event says of it."""
    from bot.pipeline import book as books
    from bot.pipeline.contents import readable, reported_at
    from matching.explain import explain

    book = books.load(connection)
    read = explain(book.compiled, readable(post, reported_at(post.published, post.first_seen)))
    stories = [
        _story(connection, story_id, evidence.why) for story_id, evidence in _told_by(connection, post.id)
    ]
    findings = [*read.events, *read.watches]
    return {
        "post": post.id,
        "title": post.title,
        "url": post.url,
        "source": post.outlet,
        "lang": read.lang,
        "revision": post.revision,
        "first_seen": post.first_seen.isoformat(),
        "stage": _stage(stories, any(finding.hit for finding in findings)),
        "stories": stories,
        "findings": [{"name": f.name, "hit": f.hit, "why": f.why} for f in findings],
    }


def _told_by(connection: "Connection", post_id: int) -> Any:
    from storage import stories

    return stories.told_by(connection, post_id)


def _story(connection: "Connection", story_id: int, why: str) -> dict[str, Any]:
    from storage import alerts, stories

    story = stories.get(connection, story_id)
    told = alerts.of_story(connection, story_id)
    return {
        "story": story_id,
        "headline": story.headline if story else "",
        "why": why,
        "alerts": [{"alert": one.id, "channel": one.channel, "silent": one.silent} for one in told],
    }


def _stage(stories: list[dict[str, Any]], hit: bool) -> str:
    """The stage that ended the post's way, in words."""
    alerts = [alert for story in stories for alert in story["alerts"]]
    if any(not alert["silent"] for alert in alerts):
        return "alert: it rang, or is evidence on an alert that did"
    if alerts:
        return "silent: it stood at a source's first poll, or was too old, so nothing rings for it"
    if stories:
        return "story: it belongs to a story that no channel is told of"
    return "judged: it is hit, but is no news" if hit else "watches: no watch and no event is hit"


def _said(told: dict[str, Any]) -> str:
    from bot.terminal.clean import clean

    lines = [
        f"{told['title']}",
        f"  post {told['post']}, revision {told['revision']}, {told['source']}, {told['lang']}, "
        f"first seen {told['first_seen']}",
        f"  {told['url'] or 'no address'}",
        f"  {told['stage']}",
    ]
    for story in told["stories"]:
        numbers = ", ".join(str(alert["alert"]) for alert in story["alerts"]) or "none"
        lines += [f"  story {story['story']} (alerts: {numbers}): {story['headline']}", f"    {story['why']}"]
    for finding in told["findings"]:
        lines.append(f"  {'+' if finding['hit'] else '-'} {finding['name']}: {finding['why']}")
    return "\n".join(clean(line) for line in lines)
