"""What an alert shows: put together from storage, each sentence credited to its source."""

from sqlalchemy import update

from bot.pipeline.render import render
from bot.pipeline.view import Dated
from storage import events, guilds
from storage import tables as t

from .conftest import DAY, DELAYED, HOUR, NOW, RELEASED, REPORTE, Stage, fetched


def test_an_events_alert_shows_status_date_sources_and_a_credited_summary(stage: Stage) -> None:
    stage.event(status="announced", since=NOW - 60 * DAY)
    stage.watch()
    stage.take(stage.source("bell"), [fetched("1", DELAYED)])
    stage.take(stage.source("cloche"), [fetched("1", REPORTE, NOW + HOUR, lang="fr")], NOW + HOUR)
    with stage.database.transaction() as connection:
        view = render(connection, 1, 2)
    assert view
    assert (view.alert_id, view.revision, view.title) == (1, 2, "OpenAI's open-weight model")
    assert (view.headline, view.event_key, view.watches) == (DELAYED[0], "model", ("open-weight delay",))
    assert (view.previous_status, view.status, view.change) == ("announced", "delayed", "announced → delayed")
    assert isinstance(view.expected, Dated)
    assert (view.expected.precision, view.previous_expected, view.sure) == ("season", None, True)
    assert [(one.number, one.name, one.lang) for one in view.sources] == [
        (1, "bell", None),
        (2, "cloche", "fr"),
    ]
    assert view.source_count == 2
    assert view.first_seen == NOW
    assert view.why
    said = {1: DELAYED[1], 2: REPORTE[1]}
    assert view.summary
    for line in view.summary:
        assert line.text in said[line.number]


def test_the_readers_language_goes_first(stage: Stage) -> None:
    stage.event()
    stage.take(stage.source("bell"), [fetched("1", DELAYED)])
    stage.take(stage.source("cloche"), [fetched("1", REPORTE, NOW + HOUR, lang="fr")], NOW + HOUR)
    with stage.database.transaction() as connection:
        french, english = (render(connection, 1, 1, lang) for lang in ("fr", "en"))
    assert french
    assert english
    assert (french.summary[0].number, english.summary[0].number) == (2, 1)


def test_without_an_event_the_watches_are_the_title(stage: Stage) -> None:
    stage.watch("openai", name="a")
    stage.watch("open-weight", name="b")
    stage.take(stage.source(), [fetched("1", RELEASED)])
    with stage.database.transaction() as connection:
        view = render(connection, 1, 1)
        assert render(connection, 404, 1) is None
    assert view
    assert (view.title, view.status, view.change, view.event_key, view.sure) == ("a, b", None, "", None, True)


def test_the_same_status_again_and_a_doubt_are_said(stage: Stage) -> None:
    stage.event()
    stage.take(stage.source(), [fetched("1", DELAYED)])
    with stage.database.transaction() as connection:
        connection.execute(update(t.link).values(before_status="delayed", sure=False))
        view = render(connection, 1, 1)
    assert view
    assert view.change == "delayed again (unconfirmed)"
    assert not view.sure


def test_a_deleted_event_leaves_its_alert_readable(stage: Stage) -> None:
    event_id = stage.event()
    stage.take(stage.source(), [fetched("1", DELAYED)])
    with stage.database.transaction() as connection:
        events.remove(connection, event_id)
        view = render(connection, 1, 1)
        assert guilds.get(connection, 0)
    assert view
    assert (view.headline, view.status, view.event_key) == (DELAYED[0], None, None)
