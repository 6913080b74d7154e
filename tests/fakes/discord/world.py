"""The fake's small world: guilds, channels, messages, commands; and the rules of finding them."""

from collections.abc import Callable
from dataclasses import asdict

from tests.fakes.discord import payloads, permissions
from tests.fakes.discord.clock import Clock, Snowflakes
from tests.fakes.discord.errors import ApiError, Json
from tests.fakes.discord.records import Interaction, Stored

Emit = Callable[[str, Json, str | None], None]


class World:
    """All that the server remembers. Ids are strings, as in Discord's JSON; lookups also take integers.

    A new world holds one guild with a text channel and a forum, a bot that is its member and a person
    who owns it.
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.ids = Snowflakes(self.clock)
        self.token = "loopback.token.of-the-fake"
        self.bot = payloads.user(self.ids.next(), "tocsin-fake", bot=True)
        self.owner = payloads.user(self.ids.next(), "owner")
        self.users: dict[str, Json] = {who["id"]: who for who in (self.bot, self.owner)}
        self.application_id = str(self.bot["id"])
        self.guilds: dict[str, Json] = {}
        self.channels: dict[str, Json] = {}
        self.stored: dict[str, list[Stored]] = {}
        self.members: dict[str, dict[str, Json]] = {}
        self.interactions: dict[str, Interaction] = {}  # by token
        self.files: dict[str, bytes] = {}  # by attachment id
        self.commands: dict[str, list[Json]] = {}  # by guild id, "" for the global ones
        self.old_edits_allowed: int | None = None
        self.nonce_window = 300.0
        self.shards = 1
        self.emit: Emit = lambda event, data, guild: None
        first = self.add_guild("Newsroom")
        self.guild_id = str(first["id"])
        self.channel_id = str(self.add_channel("alerts")["id"])
        self.forum_id = str(self.add_channel("events", kind=payloads.FORUM)["id"])

    # -- building ---------------------------------------------------------------------------------

    def add_guild(self, name: str, *, locale: str = "en-US") -> Json:
        """Make a guild that the bot is a member of, tell the bot, and return the guild object."""
        made = payloads.guild(self.ids.next(), name, self.owner["id"], locale)
        bots = payloads.role(self.ids.next(), self.bot["username"], permissions.USUAL, 1, managed=True)
        made["roles"].append(bots)
        self.guilds[made["id"]] = made
        now = self.clock.iso()
        self.members[made["id"]] = {
            self.bot["id"]: payloads.member(self.bot, [bots["id"]], now),
            self.owner["id"]: payloads.member(self.owner, [], now),
        }
        self.emit("GUILD_CREATE", self.guild_create(made["id"]), made["id"])
        return made

    def remove_guild(self, guild_id: int | str) -> None:
        """Remove the bot from a guild."""
        gone = self.guilds.pop(str(guild_id))
        for channel in [key for key, value in self.channels.items() if value.get("guild_id") == gone["id"]]:
            del self.channels[channel]
        self.emit("GUILD_DELETE", {"id": gone["id"]}, gone["id"])

    def add_channel(self, name: str, *, guild_id: str | None = None, kind: int = payloads.TEXT) -> Json:
        """Make a channel in a guild (the first, if none is named) and return the channel object."""
        guild = guild_id or next(iter(self.guilds))
        position = sum(channel.get("guild_id") == guild for channel in self.channels.values())
        made = payloads.channel(self.ids.next(), guild, name, kind, position)
        self.keep_channel(made)
        self.emit("CHANNEL_CREATE", made, guild)
        return made

    def keep_channel(self, channel: Json) -> None:
        """Put a channel or thread into the world."""
        self.channels[channel["id"]] = channel
        self.stored.setdefault(channel["id"], [])

    def delete_channel(self, channel_id: int | str) -> None:
        """Delete a channel, as an administrator would."""
        gone = self.channels.pop(str(channel_id))
        self.emit("CHANNEL_DELETE", gone, gone["guild_id"])

    def delete_message(self, channel_id: int | str, message_id: int | str) -> None:
        """Delete a message, as a moderator would."""
        self.message(str(channel_id), str(message_id)).deleted = True

    def deny(self, channel_id: int | str, bits: int) -> None:
        """Take these permissions from the bot in one channel; 0 gives all back."""
        channel = self.channel(str(channel_id))
        overwrite = {"id": self.bot["id"], "type": 1, "allow": "0", "deny": str(bits)}
        channel["permission_overwrites"] = [overwrite] if bits else []
        self.emit("CHANNEL_UPDATE", channel, channel["guild_id"])

    # -- finding ----------------------------------------------------------------------------------

    def channel(self, channel_id: str) -> Json:
        """The channel object; raises ApiError 10003."""
        if channel_id not in self.channels:
            raise ApiError(10003)
        return self.channels[channel_id]

    def guild(self, guild_id: str) -> Json:
        """The guild object; raises ApiError 10004."""
        if guild_id not in self.guilds:
            raise ApiError(10004)
        return self.guilds[guild_id]

    def message(self, channel_id: str, message_id: str) -> Stored:
        """A message that stands; raises ApiError 10008."""
        for stored in self.stored.get(channel_id, []):
            if stored.id == message_id and not stored.deleted and not stored.ephemeral:
                return stored
        raise ApiError(10008)

    def messages(self, channel_id: int | str) -> list[Json]:
        """The messages that everyone sees in a channel now, oldest first."""
        kept = self.stored.get(str(channel_id), [])
        return [stored.payload for stored in kept if not stored.deleted and not stored.ephemeral]

    def permissions(self, channel: Json) -> int:
        """What the bot may do there; a thread follows its parent."""
        if "guild_id" not in channel:
            return permissions.ALL
        of = self.channels.get(channel.get("parent_id") or "", channel)
        of = of if channel["type"] in payloads.THREADS else channel
        guild, bot = self.guilds[channel["guild_id"]], self.bot["id"]
        return permissions.channel_permissions(guild, of, bot, self.members[guild["id"]][bot]["roles"])

    def guild_create(self, guild_id: str) -> Json:
        """The guild as GUILD_CREATE brings it: with channels, threads, the bot's own member."""
        guild = self.guilds[guild_id]
        own = [channel for channel in self.channels.values() if channel.get("guild_id") == guild_id]
        return guild | {
            "joined_at": self.clock.iso(),
            "large": False,
            "unavailable": False,
            "member_count": len(self.members[guild_id]),
            "members": [self.members[guild_id][self.bot["id"]]],
            "channels": [channel for channel in own if channel["type"] not in payloads.THREADS],
            "threads": [channel for channel in own if channel["type"] in payloads.THREADS],
            **{
                key: []
                for key in (
                    "voice_states",
                    "presences",
                    "stage_instances",
                    "guild_scheduled_events",
                    "soundboard_sounds",
                )
            },
        }

    # -- keeping ----------------------------------------------------------------------------------

    _KEPT = (
        "token",
        "bot",
        "owner",
        "users",
        "application_id",
        "guilds",
        "channels",
        "members",
        "commands",
        "guild_id",
        "channel_id",
        "forum_id",
        "shards",
    )

    def as_json(self) -> Json:
        """All of it as JSON values; `messages` are keyed by channel, deleted ones among them."""
        kept: Json = {name: getattr(self, name) for name in self._KEPT}
        return kept | {
            "messages": {key: [asdict(one) for one in value] for key, value in self.stored.items()}
        }

    def load(self, kept: Json) -> None:
        """Become the world that `as_json` told."""
        for name in self._KEPT:
            setattr(self, name, kept[name])
        self.stored = {key: [Stored(**one) for one in value] for key, value in kept["messages"].items()}
