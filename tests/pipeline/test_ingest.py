"""What a batch becomes: what rings, what is evidence, what stays silent, and what is nothing at all."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from bot.pipeline import book as books
from bot.pipeline.contents import contents
from bot.pipeline.ingest import Newness, ingest
from bot.pipeline.place import _again
from matching.decision import Expected, Link
from storage import alerts, guilds, outbox, posts, sources, stories
from storage import tables as t
from storage.stories import Linked

from .conftest import DAY, DELAYED, HOUR, MINUTE, NOW, RELEASED, REPORTE, WEATHER, Stage, fetched


def stored(stage: Stage) -> tuple[int, int, int]:
    """How many posts, alerts and pending messages there are."""
    with stage.database.transaction() as connection:
        numbers = [
            connection.execute(select(func.count()).select_from(one)).scalar_one()
            for one in (t.post, t.alert)
        ]
        return numbers[0], numbers[1], outbox.counts(connection).get("pending", 0)


def test_a_development_rings_once_and_its_echo_in_another_language_is_evidence(stage: Stage) -> None:
    stage.event()
    first = stage.take(stage.source("bell"), [fetched("1", DELAYED), fetched("2", WEATHER)])
    assert (first.posts_new, first.matched, first.alerts, first.updates) == (2, 1, 1, 0)
    echo = stage.take(stage.source("cloche"), [fetched("1", REPORTE, NOW + HOUR, lang="fr")], NOW + HOUR)
    assert (echo.posts_new, echo.matched, echo.alerts, echo.updates) == (1, 1, 0, 1)
    [fate] = echo.fates
    [placed] = fate.placed
    assert (placed.posts, placed.sources, placed.lang, placed.started) == (2, 2, "fr", False)
    assert stored(stage) == (3, 1, 1)


def test_the_next_development_is_a_new_alert_that_knows_where_the_event_stood(stage: Stage) -> None:
    event_id = stage.event(status="announced", since=NOW - 60 * DAY)
    source_id = stage.source()
    stage.take(source_id, [fetched("1", DELAYED)])
    later = NOW + 50 * DAY
    assert stage.take(source_id, [fetched("2", RELEASED, later)], later).alerts == 1
    with stage.database.transaction() as connection:
        steps = [stories.links_of(connection, number)[0] for number in (1, 2)]
    assert [(one.before_status, one.status) for one in steps] == [
        ("announced", "delayed"),
        ("delayed", "released"),
    ]
    assert {one.event_id for one in steps} == {event_id}


def test_what_is_unchanged_does_nothing_and_is_noted_once_a_day(stage: Stage) -> None:
    stage.watch()
    source_id = stage.source()
    batch = [fetched("1", DELAYED)]
    stage.take(source_id, batch)
    for now in (NOW + HOUR, NOW + 2 * DAY):
        moved_date = [replace(batch[0], published=now, author="another")]
        assert stage.take(source_id, moved_date, now).fates == ()
        with stage.database.transaction() as connection:
            seen = connection.execute(select(t.identity.c.last_seen)).scalar_one()
        assert seen == (NOW if now < NOW + DAY else now)
    assert stored(stage) == (1, 1, 1)


def test_an_edited_article_is_read_again_and_its_new_status_rings(stage: Stage) -> None:
    stage.event()
    source_id = stage.source()
    result = stage.take(source_id, [fetched("1", WEATHER)])
    assert (result.posts_new, result.matched) == (1, 0)
    edited = stage.take(source_id, [fetched("1", DELAYED)], NOW + DAY)
    assert (edited.posts_new, edited.revisions, edited.alerts) == (0, 1, 1)
    assert edited.fates[0].revision == 2
    typo = (DELAYED[0], DELAYED[1].replace("Tuesday", "Tuesday evening"))
    again = stage.take(source_id, [fetched("1", typo)], NOW + DAY + HOUR)
    assert (again.alerts, again.updates) == (0, 1)


def test_one_guid_twice_in_a_batch_is_one_post(stage: Stage) -> None:
    stage.watch()
    result = stage.take(stage.source(), [fetched("1", WEATHER), fetched("1", DELAYED)])
    assert (result.posts_new, result.alerts) == (1, 1)


def test_a_batch_of_nothing_is_nothing(stage: Stage) -> None:
    assert stage.take(stage.source(), []).fates == ()


@pytest.mark.parametrize(
    ("published", "newness", "rings"),
    [
        (NOW - HOUR, Newness(), True),
        (NOW - 8 * DAY, Newness(), False),
        (NOW - 8 * DAY, Newness(max_age=9 * DAY), True),
        (None, Newness(), True),
        (NOW - HOUR, Newness(first_poll=True), False),
        (NOW - HOUR, Newness(first_poll=True, lookback=DAY), True),
        (NOW - 2 * DAY, Newness(first_poll=True, lookback=DAY), False),
        (NOW - 8 * DAY, Newness(first_poll=True, lookback=30 * DAY), False),
        (None, Newness(first_poll=True, lookback=DAY), False),
    ],
)
def test_what_may_ring_and_what_only_forms_its_story(
    stage: Stage, published: object, newness: Newness, rings: bool
) -> None:
    stage.watch()
    result = stage.take(stage.source(), [fetched("1", DELAYED, published)], newness=newness)  # type: ignore[arg-type]
    assert result.matched == 1
    assert result.alerts == int(rings)
    assert stored(stage) == (1, 1, int(rings))
    assert result.fates[0].silent is not rings


def test_what_was_taken_in_silence_stays_silent_as_its_evidence_grows(stage: Stage) -> None:
    stage.event()
    source_id, other = stage.source(), stage.source("other")
    stage.take(source_id, [fetched("1", DELAYED)], newness=Newness(first_poll=True))
    more = stage.take(other, [fetched("1", REPORTE, NOW + HOUR, lang="fr")], NOW + HOUR)
    assert (more.matched, more.alerts, more.updates) == (1, 0, 0)
    assert stored(stage) == (2, 1, 0)
    later = NOW + 50 * DAY
    assert stage.take(other, [fetched("2", RELEASED, later)], later).alerts == 1


def test_what_retention_deleted_does_not_ring_again_even_when_it_changes(stage: Stage) -> None:
    stage.watch()
    source_id = stage.source()
    stage.take(source_id, [fetched("1", WEATHER, None), fetched("2", WEATHER, None)])
    with stage.database.transaction() as connection:
        connection.execute(delete(t.post))
    result = stage.take(
        source_id, [fetched("1", WEATHER, None), fetched("2", DELAYED, None)], NOW + 400 * DAY
    )
    assert (result.posts_new, result.revisions, result.matched, result.alerts) == (0, 1, 1, 0)
    assert stored(stage) == (1, 1, 0)


def test_only_guilds_that_subscribe_to_the_source_hear_of_it(stage: Stage) -> None:
    for guild in (0, 9):
        stage.watch(guild=guild)
        stage.event(guild=guild)
    shared, mine = stage.source("shared"), stage.source("mine")
    stage.source("shared", guild=9)
    stage.take(mine, [fetched("1", DELAYED)])
    with stage.database.transaction() as connection:
        assert [alert.guild_id for alert in alerts.of_story(connection, 1)] == [0]
    stage.take(shared, [fetched("1", REPORTE, lang="fr")], NOW + MINUTE)
    with stage.database.transaction() as connection:
        told = [alert.guild_id for number in (1, 2) for alert in alerts.of_story(connection, number)]
    assert sorted(told) == [0, 9]
    nobody = stage.source("nobody", guild=5)
    assert stage.take(nobody, [fetched("1", DELAYED)], NOW + HOUR).matched == 0


def test_each_channel_is_told_once_whatever_watches_and_events_lead_there(stage: Stage) -> None:
    stage.watch("open-weight delay", name="a")
    stage.watch("openai", name="b")
    stage.watch("openai", name="c", channel=30)
    stage.event(channel=20)
    source_id = stage.source()
    with stage.database.transaction() as connection:
        guilds.change(connection, 0, channel=10)
    result = stage.take(source_id, [fetched("1", DELAYED)])
    assert result.alerts == 3
    with stage.database.transaction() as connection:
        told = {alert.channel: alert for alert in alerts.of_story(connection, 1)}
    assert {channel: alert.watches for channel, alert in told.items()} == {10: ["a", "b"], 20: [], 30: ["c"]}
    assert told[20].event_id is not None


def test_a_watch_that_moved_to_another_channel_does_not_tell_it_what_is_known(stage: Stage) -> None:
    stage.watch(name="a", channel=10)
    source_id = stage.source()
    stage.take(source_id, [fetched("1", DELAYED)])
    stage.watch(name="a", channel=20)
    more = stage.take(source_id, [fetched("2", DELAYED, NOW + HOUR)], NOW + HOUR)
    assert (more.matched, more.alerts, more.updates) == (1, 0, 1)


def test_an_event_that_moved_to_another_channel_does_not_tell_it_what_is_known(stage: Stage) -> None:
    stage.event(channel=10)
    source_id = stage.source()
    stage.take(source_id, [fetched("1", DELAYED)])
    stage.event(channel=20)
    more = stage.take(source_id, [fetched("2", REPORTE, lang="fr")], NOW + HOUR)
    assert (more.matched, more.alerts, more.updates) == (1, 0, 1)


def test_two_reports_in_one_batch_ring_once(stage: Stage) -> None:
    stage.event()
    result = stage.take(stage.source(), [fetched("1", DELAYED), fetched("2", REPORTE, lang="fr")])
    assert (result.matched, result.alerts, result.updates) == (2, 1, 1)


def test_a_watch_may_wait_for_more_sources(stage: Stage) -> None:
    stage.watch(min_sources=2)
    assert stage.take(stage.source("bell"), [fetched("1", DELAYED)]).alerts == 0
    assert stage.take(stage.source("bell"), [fetched("2", DELAYED)]).alerts == 0
    assert stage.take(stage.source("other"), [fetched("1", DELAYED)]).alerts == 1


def test_a_watch_may_want_certain_statuses(stage: Stage) -> None:
    stage.event(channel=1)
    stage.watch("openai", name="late", channel=2, statuses=["delayed"])
    stage.watch("openai", name="out", channel=3, statuses=["released"])
    stage.take(stage.source(), [fetched("1", DELAYED)])
    with stage.database.transaction() as connection:
        assert [alert.channel for alert in alerts.of_story(connection, 1)] == [1, 2]


def test_links_that_differ_by_their_fragment_are_told_apart_and_others_lose_it(stage: Stage) -> None:
    source_id = stage.source()
    page = "https://bell.example/changes?utm_source=feed"
    stage.take(source_id, [fetched("1", WEATHER, url=f"{page}#1"), fetched("2", DELAYED, url=f"{page}#2")])
    stage.take(
        source_id,
        [fetched("3", DELAYED, url="https://bell.example/3#comments"), fetched("4", WEATHER, url=None)],
    )
    with stage.database.transaction() as connection:
        found = posts.get(connection, range(1, 5))
    assert [found[number].canonical_url for number in range(1, 5)] == [
        "https://bell.example/changes#1", "https://bell.example/changes#2", "https://bell.example/3", None,
    ]  # fmt: skip


def test_a_crash_before_the_commit_leaves_nothing_and_the_repeat_does_all(stage: Stage) -> None:
    stage.event()
    source_id = stage.source()
    batch = [fetched("1", DELAYED)]

    def crash() -> None:
        with stage.database.transaction() as connection:
            source = sources.get(connection, source_id)
            assert source
            assert ingest(connection, books.load(connection), source, contents(batch), NOW).alerts == 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    assert stored(stage) == (0, 0, 0)
    assert stage.take(source_id, batch).alerts == 1
    assert stored(stage) == (1, 1, 1)


def test_a_post_without_a_title_begins_its_story_with_its_words(stage: Stage) -> None:
    stage.watch()
    stage.take(stage.source(), [fetched("1", ("", DELAYED[1]))])
    with stage.database.transaction() as connection:
        story = stories.get(connection, 1)
    assert story
    assert story.headline.startswith("OpenAI has delayed its open-weight model")


def test_a_post_of_tomorrow_was_reported_now(stage: Stage) -> None:
    stage.watch()
    stage.take(stage.source(), [fetched("1", DELAYED, NOW + 20 * HOUR)])
    with stage.database.transaction() as connection:
        story = stories.get(connection, 1)
    assert story
    assert (story.first_seen, story.last_seen) == (NOW, NOW)


KNOWN = Linked(
    1, 1, "delayed", NOW, "month", "in June", sure=False, at=NOW,
    before_status="announced", before_expected=None, before_precision=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "link", "new"),
    [
        (KNOWN, Link(1, 0, False, "delayed", None, True), replace(KNOWN, sure=True)),
        (replace(KNOWN, sure=True), Link(1, 0, False, None, None, False), replace(KNOWN, sure=True)),
        (KNOWN, Link(1, 0, False, "delayed", Expected(NOW + DAY, "day"), False), KNOWN),
        (
            replace(KNOWN, expected=None, precision=None, words=""),
            Link(1, 0, False, "delayed", Expected(NOW, "month", "in June"), False),
            KNOWN,
        ),
        (
            KNOWN,
            Link(1, 0, False, "cancelled", Expected(NOW + DAY, "day", "tomorrow"), True),
            replace(
                KNOWN, status="cancelled", expected=NOW + DAY, precision="day", words="tomorrow", sure=True
            ),
        ),
    ],
)
def test_evidence_makes_a_step_surer_or_more_exact_and_never_rewrites_its_past(
    old: Linked, link: Link, new: Linked
) -> None:
    assert _again(old, link) == new
