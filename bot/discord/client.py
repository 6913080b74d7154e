"""The connection to Discord: a sharded client that sees guilds only, and its life from start to stop."""

import asyncio
from collections.abc import Mapping

import aiohttp
import discord
import stamina
import structlog

from bot.discord.api_base import use_api, use_gateway
from bot.discord.buttons import AlertButton, Handler
from bot.discord.errors import edit_limit_trace

BAD_TOKEN = 4004  # the gateway's close code
STOP_SECONDS = 5.0
LONGEST_WAIT = 30.0  # seconds of a rate limit that discord.py waits out; a longer one is told to the outbox

_NETWORK = (aiohttp.ClientError, OSError, TimeoutError, discord.DiscordServerError, discord.GatewayNotFound)
_log = structlog.get_logger(__name__)


class TokenRefused(Exception):
    """Discord does not know the token; str() says what to do and does not hold it."""


class Unreachable(Exception):
    """Discord could not be reached in time at the start."""


class DiscordClient(discord.AutoShardedClient):
    """Guilds only, no caches of messages and members, no mention ever unless a call allows it.

    `ready` is set while every guild is known. `handlers` say what the buttons do; see bot/discord/buttons.
    """

    def __init__(self, handlers: Mapping[str, Handler] | None = None, *, guild_wait: float = 2.0) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
            guild_ready_timeout=guild_wait,
            http_trace=edit_limit_trace(),
        )
        self.handlers: Mapping[str, Handler] = handlers or {}
        self.ready = asyncio.Event()

    async def setup_hook(self) -> None:
        """After the login, before the gateway."""
        self.shard_count = await use_gateway(self)
        self.add_dynamic_items(AlertButton)

    async def on_ready(self) -> None:
        """Every shard has its guilds."""
        _log.info("discord.ready", guilds=len(self.guilds), shards=self.shard_count)
        self.ready.set()


async def run(
    client: DiscordClient, token: str, *, api: str | None = None, attempts: int = 10, seconds: float = 600.0
) -> None:
    """Stay connected until cancelled, then close in order. Fits a task of the composition root's group.

    `api` is TOCSIN_DISCORD_API. A network that is away at the start is tried again within `attempts`
    and `seconds`; later, discord.py reconnects by itself. Raises BadApiBase, TokenRefused, Unreachable.
    """
    use_api(api)
    try:
        await _log_in(client, token, attempts, seconds)
        await client.connect()
    except discord.LoginFailure as error:
        raise TokenRefused(_REFUSED) from error
    except discord.ConnectionClosed as error:
        if error.code == BAD_TOKEN:
            raise TokenRefused(_REFUSED) from error
        raise
    except _NETWORK as error:
        raise Unreachable(f"Discord could not be reached: {type(error).__name__}") from error
    finally:
        client.ready.clear()
        await _close(client)


_REFUSED = (
    "Discord refuses the token. Copy it anew from the bot's page in the developer portal into DISCORD_TOKEN"
)


async def _log_in(client: DiscordClient, token: str, attempts: int, seconds: float) -> None:
    policy = stamina.retry_context(on=_NETWORK, attempts=attempts, timeout=seconds, wait_max=60.0)
    async for attempt in policy:
        with attempt:
            if attempt.num > 1:
                await _forget_session(client)
            await client.login(token)


async def _forget_session(client: DiscordClient) -> None:
    """discord.py opens a session at each login: close the failed one, and with it its connector."""
    await client.http.close()
    client.http.connector = discord.utils.MISSING


async def _close(client: DiscordClient) -> None:
    """Leave the gateway politely, but within a limit: its farewell may never be answered."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await client.close()
    except TimeoutError:
        _log.warning("discord.close_slow", seconds=STOP_SECONDS)
