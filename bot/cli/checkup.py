"""What `tocsin doctor` looks at. Each look yields findings; a fault says what is wrong and how to mend it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.cli.doors import make_door
from config import Settings, SourceSpec
from storage.database import Database
from storage.errors import StorageError
from watchers.errors import WatcherError
from watchers.fetch import Door
from watchers.kinds import KINDS
from watchers.watcher import PollRequest


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` is what to do about a fault, None when all is well."""

    subject: str
    said: str
    mend: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return self.mend is None


def database(settings: Settings) -> Finding:
    """Open the database, create or migrate it as a start would, and close it again."""
    try:
        found = Database.open(settings.storage.url.get_secret_value())
    except StorageError as error:
        said, _, mend = str(error).rpartition(": ")
        return Finding("database", said or str(error), mend)
    found.close()
    return Finding("database", str(found.place))


async def sources(settings: Settings) -> list[Finding]:
    """Poll every source once, all at a time, keeping nothing; in the order of the file."""
    async with make_door(settings) as door:
        return await asyncio.gather(
            *(_source(settings, index, spec, door) for index, spec in enumerate(settings.sources))
        )


async def _source(settings: Settings, index: int, spec: SourceSpec, door: Door) -> Finding:
    subject = f"source {spec.name or spec.url}"
    name = spec.options.get("credential")
    secret = settings.credential(name) if isinstance(name, str) else None
    request = PollRequest(
        index,
        spec.url,
        spec.options,
        now=datetime.now(UTC),
        secret=secret.get_secret_value() if secret else None,
    )
    try:
        batch = await KINDS[spec.kind].poll(request, door)
    except WatcherError as error:
        return Finding(subject, str(error), f"mend or remove it in {settings.origin('source', index)}")
    return Finding(subject, f"{len(batch.posts)} posts")


async def discord(settings: Settings) -> list[Finding]:
    """The token, the server, and the permissions in every channel that alerts go to."""
    token = settings.discord.token
    if token is None:
        said = "no token, so alerts go to the terminal (to add Discord, set DISCORD_TOKEN in .env)"
        return [Finding("discord", said)]
    # discord.py takes half a second to import: only where it is needed.
    from bot.discord.api_base import BadApiBase
    from bot.discord.check import check
    from bot.discord.client import TokenRefused, Unreachable

    try:
        state = await check(token.get_secret_value(), channels(settings), api=settings.discord.api)
    except TokenRefused as error:
        return [Finding("discord token", "Discord does not know it", str(error))]
    except (Unreachable, BadApiBase) as error:
        return [Finding("discord", str(error), "check the network and TOCSIN_DISCORD_API, then try again")]
    findings = [Finding("discord token", f"logs in as {state.bot}"), Finding("discord invite", state.invite)]
    findings += _guild(settings, state.guilds, state.invite)
    if not state.channels:
        findings.append(
            Finding("discord channel", "none is named", "set [discord] channel in your tocsin.toml")
        )
    for one in state.channels:
        subject = f"discord channel {f'#{one.name}' if one.name else one.channel}"
        findings.append(Finding(subject, one.fault or "alerts can ring here", one.mend))
    return findings


def channels(settings: Settings) -> list[int]:
    """Every channel that alerts go to, once, in the order of the file."""
    named = [settings.discord.channel]
    named += [event.channel for event in settings.events]
    named += [watch.channel for watch in settings.watches]
    return list(dict.fromkeys(channel for channel in named if channel is not None))


def _guild(settings: Settings, guilds: tuple[int, ...], invite: str) -> Iterator[Finding]:
    wanted = settings.discord.guild
    if not guilds:
        yield Finding("discord server", "the bot is in none", f"invite it: {invite}")
    elif wanted is not None and wanted not in guilds:
        yield Finding(
            "discord server", f"the bot is not in {wanted}", f"invite it, or correct the id: {invite}"
        )
    elif wanted is None and len(guilds) > 1:
        mend = "set [discord] guild in your tocsin.toml"
        yield Finding("discord server", f"the bot is in {len(guilds)}; whose watches are these?", mend)
