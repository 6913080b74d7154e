"""What people do in the world: give a command, press a button, type into a form."""

import secrets
from typing import Any

from tests.fakes.discord import permissions as can
from tests.fakes.discord.errors import Json
from tests.fakes.discord.records import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction, Stored
from tests.fakes.discord.world import World

_TYPES = {str: 3, int: 4, bool: 5}


class Person:
    """A member of a guild. His deeds reach the bot through the gateway as INTERACTION_CREATE."""

    def __init__(
        self,
        world: World,
        user: Json,
        *,
        bits: int = can.ALL,
        locale: str = "en-US",
        guild_id: str | None = None,
    ) -> None:
        self._world = world
        self.user = user
        self.bits = bits
        self.locale = locale
        self.guild_id = guild_id or world.guild_id
        self.channel_id = world.channel_id

    def command(self, path: str, options: dict[str, Any] | None = None) -> Interaction:
        """Give a slash command, such as command("watch add", {"query": "x"})."""
        return self._ask(COMMAND, self._command_data(path, options or {}))

    def complete(self, path: str, focused: str, options: dict[str, Any]) -> Interaction:
        """Ask for completions while the option `focused` is being typed."""
        return self._ask(AUTOCOMPLETE, self._command_data(path, options, focused))

    def press(self, message: Json, custom_id: str, values: list[str] | None = None) -> Interaction:
        """Press a button under a message (or choose `values` in its menu)."""
        kind = 2 if values is None else 3
        data: Json = {"custom_id": custom_id, "component_type": kind, "id": 1}
        if values is not None:
            data["values"] = values
        return self._ask(COMPONENT, data, self._find(message["id"]))

    def submit(self, custom_id: str, fields: dict[str, str]) -> Interaction:
        """Send a form off."""
        rows = [
            {"type": 1, "components": [{"type": 4, "custom_id": key, "value": value}]}
            for key, value in fields.items()
        ]
        return self._ask(MODAL, {"custom_id": custom_id, "components": rows})

    def _find(self, message_id: str) -> Stored | None:
        everything = (stored for kept in self._world.stored.values() for stored in kept)
        return next((stored for stored in everything if stored.id == message_id), None)

    def _command_data(self, path: str, options: dict[str, Any], focused: str | None = None) -> Json:
        name, *subs = path.split()
        scopes = (self.guild_id, "")
        known = [
            one for scope in scopes for one in self._world.commands.get(scope, []) if one["name"] == name
        ]
        if not known:
            raise LookupError(f"no command {name!r} is registered")
        leaves: list[Json] = []
        for key, value in options.items():
            leaf: Json = {"name": key, "type": _TYPES.get(type(value), 3), "value": value}
            if key == focused:
                leaf["focused"] = True
            leaves.append(leaf)
        for depth, sub in reversed(list(enumerate(subs))):
            leaves = [{"name": sub, "type": 1 if depth == len(subs) - 1 else 2, "options": leaves}]
        return {"id": known[0]["id"], "name": name, "type": 1, "guild_id": self.guild_id, "options": leaves}

    def _ask(self, kind: int, data: Json, source: Stored | None = None) -> Interaction:
        world = self._world
        asked = Interaction(
            id=world.ids.next(),
            token=secrets.token_urlsafe(24),
            kind=kind,
            at=world.clock.now(),
            guild_id=self.guild_id,
            channel_id=self.channel_id if source is None else source.payload["channel_id"],
            payload={},
            source=source,
        )
        asked.payload = self._payload(asked, data)
        world.interactions[asked.token] = asked
        world.emit("INTERACTION_CREATE", asked.payload, self.guild_id)
        return asked

    def _payload(self, asked: Interaction, data: Json) -> Json:
        world = self._world
        guild, channel = world.guilds[self.guild_id], world.channel(asked.channel_id)
        known = (
            world.members[self.guild_id].get(self.user["id"])
            or world.members[self.guild_id][world.owner["id"]]
        )
        payload: Json = {
            "id": asked.id,
            "application_id": world.application_id,
            "type": asked.kind,
            "token": asked.token,
            "version": 1,
            "data": data,
            "guild_id": self.guild_id,
            "guild": {"id": self.guild_id, "locale": guild["preferred_locale"], "features": []},
            "guild_locale": guild["preferred_locale"],
            "channel_id": asked.channel_id,
            "channel": channel | {"permissions": str(self.bits)},
            "member": known | {"user": self.user, "permissions": str(self.bits)},
            "locale": self.locale,
            "app_permissions": str(world.permissions(channel)),
            "entitlements": [],
            "authorizing_integration_owners": {"0": self.guild_id},
            "context": 0,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if asked.source is not None:
            payload["message"] = asked.source.payload
        return payload
