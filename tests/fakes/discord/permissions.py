"""What the bot may do in a channel: Discord's rule of roles and overwrites."""

from collections.abc import Iterable

from tests.fakes.discord.errors import ApiError, Json

ADMINISTRATOR = 1 << 3
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
SEND_MESSAGES_IN_THREADS = 1 << 38
ALL = (1 << 50) - 1

USUAL = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS
)


def channel_permissions(guild: Json, channel: Json, member: str, roles: Iterable[str]) -> int:
    """The bits that `member` holds in `channel`: everyone, his roles, then the channel's overwrites."""
    if guild["owner_id"] == member:
        return ALL
    held = {guild["id"], *roles}
    bits = 0
    for role in guild["roles"]:
        if role["id"] in held:
            bits |= int(role["permissions"])
    if bits & ADMINISTRATOR:
        return ALL
    overwrites = {overwrite["id"]: overwrite for overwrite in channel.get("permission_overwrites", [])}
    bits = _apply(bits, [overwrites.get(guild["id"])])
    bits = _apply(bits, [overwrites.get(role) for role in roles])
    return _apply(bits, [overwrites.get(member)])


def _apply(bits: int, overwrites: Iterable[Json | None]) -> int:
    found = [overwrite for overwrite in overwrites if overwrite]
    for overwrite in found:
        bits &= ~int(overwrite["deny"])
    for overwrite in found:
        bits |= int(overwrite["allow"])
    return bits


def demand(bits: int, wanted: int) -> None:
    """Raises ApiError 50001 where the channel cannot be seen, 50013 where anything else is lacking."""
    if not bits & VIEW_CHANNEL:
        raise ApiError(50001)
    if bits & wanted != wanted:
        raise ApiError(50013)
