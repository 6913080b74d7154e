"""One source, once: ask its watcher, prepare what it brought, write it, and say when to ask again."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.pipeline.book import Book
from bot.pipeline.clock import Clock, utc_now
from bot.pipeline.contents import contents as prepare
from bot.pipeline.enrich import Pages, enrich
from bot.pipeline.ingest import MAX_AGE, IngestResult, Newness, ingest
from storage import sources
from storage.database import Connection, Database
from storage.posts import Content
from storage.sources import Polled, Source
from watchers import schedule
from watchers.errors import BadSource, Wait, WatcherError
from watchers.fetch import Door
from watchers.post import Batch
from watchers.schedule import History
from watchers.watcher import PollRequest, Watcher

_log = structlog.get_logger(__name__)

NOTHING = IngestResult()
PROGRAM_FAULT = "an error of the program's own; its log has the details"


@dataclass(frozen=True, slots=True)
class PollRules:
    """What the settings say of all polls. `secret` gives the value of the variable that a source names."""

    min_interval: timedelta = schedule.MIN_INTERVAL
    max_age: timedelta = MAX_AGE
    secret: Callable[[str], str | None] = field(default=lambda _: None, repr=False)


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """How a poll ended. `state`: changed, unchanged, waiting (the host asked for patience) or failed."""

    source_id: int
    state: str
    result: IngestResult = NOTHING
    error: str | None = None


class Poller:
    """Polls sources. `book` is asked for at the moment of writing, so that a change of watches leaves no gap.

    Notes of unchanged sources are collected, for one transaction each would cost more than the poll:
    call `settle` now and then. Lost ones cost a repeated poll.
    """

    def __init__(
        self,
        database: Database,
        door: Door,
        watchers: Mapping[str, Watcher],
        book: Callable[[], Book],
        rules: PollRules = PollRules(),
        *,
        clock: Clock = utc_now,
        pages: Pages | None = None,
    ) -> None:
        self._database = database
        self._door = door
        self._watchers = watchers
        self._book = book
        self._rules = rules
        self._clock = clock
        self._pages = pages
        self._unsettled: list[Polled] = []

    async def poll(self, source: Source) -> PollOutcome:
        """Poll a source and write what came of it; raises StorageError, and nothing for a source's faults."""
        try:
            batch = await self._ask(source)
        except Wait as error:
            return await self._wait(source, error)
        except WatcherError as error:
            return await self._fail(source, error)
        except Exception:  # noqa: BLE001 -- whatever a source sends must not end the others' polls
            _log.exception("poll.bug", source=source.id, url=source.url)
            return await self._fail(source, WatcherError(PROGRAM_FAULT))
        for warning in batch.warnings:
            _log.info("poll.warning", source=source.id, warning=warning)
        if batch.moved_to:
            _log.warning("source.moved", source=source.id, url=source.url, to=batch.moved_to)
        if not batch.changed:
            self._unsettled.append(self._polled(source, batch, self._clock()))
            return PollOutcome(source.id, "unchanged")
        return PollOutcome(source.id, "changed", await self._take_in(source, batch))

    async def settle(self) -> None:
        """Write down the unchanged polls since the last call."""
        polls, self._unsettled = self._unsettled, []
        if polls:
            await self._database.write(sources.record, polls)

    async def _ask(self, source: Source) -> Batch:
        watcher = self._watchers.get(source.kind)
        if watcher is None:
            raise BadSource(f"this version knows no kind of source called {source.kind!r}")
        variable = source.options.get("credential")
        secret = self._rules.secret(variable) if variable else None
        if variable and not secret:
            raise BadSource(f"the variable {variable} is not set: set it in the environment or in .env")
        request = PollRequest(
            source_id=source.id,
            url=source.url,
            options=source.options,
            cursor=source.cursor,
            now=self._clock(),
            secret=secret,
        )
        return await watcher.poll(request, self._door)

    async def _take_in(self, source: Source, batch: Batch) -> IngestResult:
        contents = await asyncio.to_thread(prepare, batch.posts, source.lang or batch.lang)
        if self._pages is not None:
            contents = await enrich(
                self._database, self._book(), source.id, contents, self._clock(), self._pages
            )
        return await self._database.write(self._write, source, batch, contents)

    def _write(
        self, connection: Connection, source: Source, batch: Batch, contents: list[Content]
    ) -> IngestResult:
        """All that a poll writes, in one transaction, on the writer's thread, with the book of the moment."""
        now = self._clock()
        newness = Newness.of(source, self._rules.max_age)
        # Before the posts: an alert names its source, and the source may have just given its title.
        said = {"title": batch.title or source.title, "lang": source.lang or batch.lang}
        sources.record_change(connection, source.id, now, **said)
        result = ingest(connection, self._book(), source, contents, now, newness)
        sources.record(connection, [self._polled(source, batch, now)])
        return result

    def _polled(self, source: Source, batch: Batch, now: datetime) -> Polled:
        rhythm = _rhythm(source, batch, now)
        history = self._history(source, rhythm, not_before=batch.not_before)
        return Polled(
            source_id=source.id,
            at=now,
            next_poll_at=schedule.next_poll(history, now, self._rules.min_interval),
            cursor=batch.cursor,
            rhythm=rhythm,
        )

    def _history(
        self,
        source: Source,
        rhythm: Mapping[str, Any],
        *,
        errors: int = 0,
        asked_until: datetime | None = None,
        not_before: datetime | None = None,
    ) -> History:
        return History(
            source_id=source.id,
            appeared=[datetime.fromisoformat(one) for one in rhythm.get("appeared", ())],
            errors=errors,
            every=timedelta(seconds=source.every) if source.every else None,
            asked_until=asked_until,
            not_before=not_before,
        )

    async def _wait(self, source: Source, error: Wait) -> PollOutcome:
        """The host is to be left alone for a while: no failure, and no poll of any kind until then."""
        now = self._clock()
        until = now + timedelta(seconds=error.retry_after or 0)
        await self._database.write(sources.record_patience, source.id, max(until, now + timedelta(seconds=1)))
        return PollOutcome(source.id, "waiting", error=str(error))

    async def _fail(self, source: Source, error: WatcherError) -> PollOutcome:
        now = self._clock()
        asked = now + timedelta(seconds=error.retry_after) if error.retry_after else None
        history = self._history(source, source.rhythm, errors=source.failures + 1, asked_until=asked)
        following = schedule.next_poll(history, now, self._rules.min_interval)
        gone = str(error)[: sources.SHOWN] if error.permanent else None
        await self._database.write(
            sources.record_failure, source.id, now, str(error), following, not_before=asked, gone=gone
        )
        _log.warning("poll.failed", source=source.id, url=source.url, reason=error.reason, error=str(error))
        return PollOutcome(source.id, "failed", error=str(error))


def _rhythm(source: Source, batch: Batch, now: datetime) -> dict[str, Any]:
    """When the newest posts appeared, by their own dates; what gives none is learnt from when it came."""
    times = {post.published for post in batch.posts if post.published and post.published <= now}
    known = {datetime.fromisoformat(one) for one in source.rhythm.get("appeared", ())}
    if batch.posts and not times and source.first_polled_at:
        times = {now}
    newest = sorted(known | times, reverse=True)[: schedule.HISTORY]
    return {"appeared": [one.isoformat() for one in newest]}
