"""Which Discord to talk to: the one place that points discord.py somewhere else than discord.com.

discord.py keeps the addresses in two class attributes. REST goes to Route.BASE; the gateway's address
comes from GET /gateway/bot, except where a start or a reconnection of a shard takes DEFAULT_GATEWAY.
Both are set here, and nothing else of discord.py is touched.
"""

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

DISCORD = Route.BASE


class BadApiBase(ValueError):
    """TOCSIN_DISCORD_API is no address of a REST API."""


def use_api(base: str | None) -> None:
    """Send REST to `base`, such as http://127.0.0.1:8080/api/v10; None is Discord. Raises BadApiBase."""
    chosen = (base or DISCORD).rstrip("/")
    try:
        url = yarl.URL(chosen)
    except ValueError as error:
        raise BadApiBase(f"TOCSIN_DISCORD_API: {error}") from error
    if url.scheme not in ("http", "https") or not url.host or url.query_string or url.fragment:
        raise BadApiBase("TOCSIN_DISCORD_API must be a web address such as http://127.0.0.1:8080/api/v10")
    if url.user or url.password:
        raise BadApiBase("TOCSIN_DISCORD_API may not carry a name or a password")
    Route.BASE = chosen


async def use_gateway(client: discord.Client) -> int:
    """Ask the API for its gateway and take it for every start of every shard; returns how many shards
    Discord proposes. The client must have logged in. Raises discord.GatewayNotFound."""
    shards, url, _ = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
    return shards
