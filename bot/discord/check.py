"""Is Discord ready for us? Asked over REST alone, for `tocsin doctor`: token, channels, invite link."""

from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp
import discord
from discord.abc import GuildChannel

from bot.discord.api_base import use_api
from bot.discord.client import TokenRefused, Unreachable

SCOPES = ("bot", "applications.commands")
NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    read_message_history=True,
    send_messages_in_threads=True,
)
"""What the bot must be allowed where alerts ring; the invite link asks for the same and no more."""

_NETWORK = (aiohttp.ClientError, OSError, TimeoutError, discord.DiscordServerError)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel that alerts go to. `fault` and `mend` are None when the bot can ring there."""

    channel: int
    name: str
    fault: str | None = None
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class DiscordState:
    """Who the bot is, how it is invited, where it is, and how each channel stands."""

    bot: str
    invite: str
    guilds: tuple[int, ...]
    channels: tuple[ChannelState, ...]


def invite_link(application: int) -> str:
    """The address that adds the bot to a server, with the scopes and permissions it needs."""
    return discord.utils.oauth_url(application, permissions=NEEDED, scopes=SCOPES)


async def check(token: str, channels: Iterable[int], *, api: str | None = None) -> DiscordState:
    """Log in over REST and look; nothing is sent. Raises BadApiBase, TokenRefused, Unreachable."""
    use_api(api)
    client = discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30.0)
    try:
        await client.login(token)
        user = client.user
        assert user is not None
        application = await client.application_info()
        guilds = tuple([guild.id async for guild in client.fetch_guilds(limit=None)])
        states = tuple([await _channel(client, user.id, channel) for channel in channels])
        return DiscordState(str(user), invite_link(application.id), guilds, states)
    except discord.LoginFailure:
        raise TokenRefused(
            "Discord refuses the token. Copy it anew from the bot's page in the developer portal "
            "into DISCORD_TOKEN"
        ) from None
    except _NETWORK as error:
        raise Unreachable(f"Discord could not be reached: {type(error).__name__}") from error
    finally:
        await client.close()


async def _channel(client: discord.Client, me: int, channel_id: int) -> ChannelState:
    try:
        found = await client.fetch_channel(channel_id)
    except discord.NotFound:
        return ChannelState(channel_id, "", "does not exist", "correct the channel's id in your tocsin.toml")
    except discord.Forbidden:
        return ChannelState(
            channel_id, "", "is hidden from the bot", "invite the bot, and allow it View Channel there"
        )
    if not isinstance(found, GuildChannel | discord.Thread):
        return ChannelState(channel_id, "", "is no channel of a server", "name a text channel of your server")
    return await _permissions(client, me, found)


async def _permissions(client: discord.Client, me: int, found: GuildChannel | discord.Thread) -> ChannelState:
    # A channel fetched alone knows no roles; one that is fetched with its guild does.
    guild = await client.fetch_guild(found.guild.id, with_counts=False)
    wanted = found.parent_id if isinstance(found, discord.Thread) else found.id
    place = next((channel for channel in await guild.fetch_channels() if channel.id == wanted), None)
    if place is None:
        return ChannelState(
            found.id, found.name, "is hidden from the bot", "allow the bot View Channel there"
        )
    allowed = place.permissions_for(await guild.fetch_member(me))
    missing = [name for name, needed in NEEDED if needed and not getattr(allowed, name)]
    if not missing:
        return ChannelState(found.id, found.name)
    words = ", ".join(name.replace("_", " ").title() for name in missing)
    return ChannelState(found.id, found.name, f"lacks permissions: {words}", f"allow the bot there: {words}")
