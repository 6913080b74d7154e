"""A feed: RSS, RDF, Atom or JSON Feed at a web address."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from watchers import feedxml, jsonfeed, schedule
from watchers.document import Parsed
from watchers.errors import EmptyBody
from watchers.fetch import Door, Fetched, Validators
from watchers.post import Batch, Cursor
from watchers.url import SECRET_SLOT, check_url, fill_secret
from watchers.watcher import Options, PollRequest, Spec, refuse_unknown, text_option

# Many feeds rewrite their own dates at each request; they stand before the first item.
_OWN_DATES = re.compile(
    rb"<((?:atom:)?(?:lastBuildDate|pubDate|updated)|dc:date)>[^<]{0,100}</", re.IGNORECASE
)
_FIRST_ITEM = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_LONGEST_VALIDATOR = 512


class FeedWatcher:
    """One feed, asked conditionally; an unchanged one is not parsed.

    Cursor: `etag`, `last_modified`, `body_hash`, `fresh_until` (ISO-8601), and what the feed said of
    itself, which an unchanged answer does not repeat: `ttl`, `skip_hours`, `skip_days`.
    """

    kind = "feed"

    def check(self, url: str, options: Options) -> Spec:
        """Options: `credential`, the name of an environment variable. Raises BadSource."""
        refuse_unknown(options, ("credential",))
        credential = text_option(options, "credential")
        return Spec(check_url(url), {"credential": credential} if credential else {})

    async def poll(self, request: PollRequest, door: Door) -> Batch:
        """The feed's posts if it changed; raises WatcherError."""
        cursor = request.cursor
        fetched = await door.get(
            fill_secret(request.url, request.secret or ""),
            validators=Validators(cursor.get("etag"), cursor.get("last_modified")),
            headers=_credential(request),
        )
        if fetched.not_modified:
            return _unchanged({**cursor, **_freshness(fetched)}, request, fetched)
        body_hash = _hash(fetched.body)
        moved = {**cursor, **_freshness(fetched), **_validators(fetched), "body_hash": body_hash}
        if body_hash == cursor.get("body_hash"):
            return _unchanged(moved, request, fetched)
        parsed = await _parsed(request, fetched, door)
        wishes = {"ttl": parsed.ttl, "skip_hours": parsed.skip_hours, "skip_days": parsed.skip_days}
        moved |= {name: list(wish) if isinstance(wish, tuple) else wish for name, wish in wishes.items()}
        if not parsed.whole:  # ask for all of it again, even if the server calls this unchanged
            moved |= {"etag": None, "last_modified": None, "body_hash": None}
        moved = {name: value for name, value in moved.items() if value}
        return Batch(
            posts=parsed.posts,
            cursor=moved,
            not_before=_not_before(moved, request.now),
            title=parsed.title,
            lang=parsed.lang,
            moved_to=_moved_to(request, fetched),
            warnings=parsed.warnings,
        )


def _credential(request: PollRequest) -> dict[str, str]:
    if not request.secret or SECRET_SLOT in request.url:
        return {}
    return {"Authorization": request.secret}


async def _parsed(request: PollRequest, fetched: Fetched, door: Door) -> Parsed:
    if not fetched.body.strip():
        raise EmptyBody("the answer is empty; look at the address in a browser")
    # The base of relative links: an empty link would else be an address with the secret in it.
    base = fetched.url.partition("?")[0] if request.secret else fetched.url
    if jsonfeed.looks_like_json(fetched.body):
        return await door.worker.run(jsonfeed.parse, fetched.body, base, request.now)
    kind = fetched.headers.get("content-type", "")
    return await door.worker.run(feedxml.parse, fetched.body, kind, base, request.now)


def _unchanged(cursor: Mapping[str, Any], request: PollRequest, fetched: Fetched) -> Batch:
    return Batch(
        cursor={name: value for name, value in cursor.items() if value},
        changed=False,
        not_before=_not_before(cursor, request.now),
        moved_to=_moved_to(request, fetched),
    )


def _hash(body: bytes) -> str:
    """A hash of what matters: the body without the channel's own dates."""
    first = _FIRST_ITEM.search(body)
    head, rest = (body[: first.start()], body[first.start() :]) if first else (b"", body)
    digest = hashlib.blake2b(_OWN_DATES.sub(b"", head), digest_size=16)
    digest.update(rest)
    return digest.hexdigest()


def _validators(fetched: Fetched) -> dict[str, str | None]:
    given = fetched.validators
    pairs = (("etag", given.etag), ("last_modified", given.last_modified))
    return {name: value if value and len(value) <= _LONGEST_VALIDATOR else None for name, value in pairs}


def _freshness(fetched: Fetched) -> dict[str, str | None]:
    return {"fresh_until": fetched.fresh_until.isoformat() if fetched.fresh_until else None}


def _not_before(cursor: Cursor, now: datetime) -> datetime | None:
    fresh = cursor.get("fresh_until")
    return schedule.earliest(
        now,
        fresh_until=datetime.fromisoformat(fresh) if fresh else None,
        ttl=cursor.get("ttl"),
        skip_hours=cursor.get("skip_hours") or (),
        skip_days=cursor.get("skip_days") or (),
    )


def _moved_to(request: PollRequest, fetched: Fetched) -> str | None:
    """Where permanent redirects lead, unless that address might carry the secret."""
    return None if request.secret else fetched.moved_to
