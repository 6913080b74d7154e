"""A new watch looks back in silence: stories form, nothing rings, and what comes after does."""

from datetime import datetime

from bot.pipeline import book as books
from bot.pipeline import prime
from bot.pipeline.prime import look_back
from storage import alerts, outbox, watches

from .conftest import DAY, DELAYED, HOUR, NOW, RELEASED, REPORTE, WEATHER, Stage, fetched


def look(stage: Stage, now: datetime = NOW) -> int:
    """Look back until all is read; returns the pages it took."""
    pages, after = 0, 0
    while True:
        with stage.database.transaction() as connection:
            following = look_back(connection, books.load(connection), now, after)
        pages += 1
        if following is None:
            return pages
        after = following


def test_stored_posts_form_stories_in_silence_and_the_next_development_rings(stage: Stage) -> None:
    source_id = stage.source()
    stage.take(source_id, [fetched("1", DELAYED), fetched("2", WEATHER)])
    stage.event()
    stage.watch()
    assert look(stage, NOW + HOUR) == 1
    with stage.database.transaction() as connection:
        [alert] = alerts.of_story(connection, 1)
        assert alert.silent
        assert watches.unprimed(connection) == []
    echo = stage.take(source_id, [fetched("3", REPORTE, NOW + HOUR, lang="fr")], NOW + 2 * HOUR)
    assert (echo.matched, echo.alerts, echo.updates) == (1, 0, 0)
    later = NOW + 50 * DAY
    assert stage.take(source_id, [fetched("4", RELEASED, later)], later).alerts == 1


def test_a_look_back_neither_rings_nor_edits_what_older_watches_said(stage: Stage) -> None:
    source_id = stage.source()
    stage.event()
    look(stage)
    stage.take(source_id, [fetched("1", DELAYED)])
    with stage.database.transaction() as connection:
        [message] = outbox.due(connection, NOW)
        claim = outbox.claim(connection, message, NOW)
        assert claim
        outbox.sent(connection, claim, "m1", NOW)
    stage.watch()
    look(stage, NOW + HOUR)
    with stage.database.transaction() as connection:
        assert outbox.counts(connection) == {"sent": 1}


def test_only_what_is_new_looks_back_and_only_at_the_last_month(stage: Stage) -> None:
    source_id = stage.source()
    stage.watch("open-weight delay", name="a")
    look(stage)
    stage.take(source_id, [fetched("1", DELAYED)])
    stage.watch("openai", name="b", channel=7)
    look(stage, NOW + 31 * DAY)
    with stage.database.transaction() as connection:
        assert [alert.watches for alert in alerts.of_story(connection, 1)] == [["a"]]


def test_a_long_look_back_goes_page_by_page(stage: Stage, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(prime, "PAGE", 2)
    stage.take(
        stage.source(), [fetched(str(number), WEATHER) for number in range(4)] + [fetched("5", DELAYED)]
    )
    stage.watch()
    assert look(stage) == 3
    with stage.database.transaction() as connection:
        assert len(alerts.of_story(connection, 1)) == 1
