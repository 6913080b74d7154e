"""The objects of Discord's API in full, as small functions."""

from typing import Any

from tests.fakes.discord import permissions
from tests.fakes.discord.errors import Json

TEXT, DM, CATEGORY, PUBLIC_THREAD, FORUM = 0, 1, 4, 11, 15
THREADS = (10, 11, 12)


def user(user_id: str, name: str, *, bot: bool = False) -> Json:
    """A user object."""
    return {
        "id": user_id,
        "username": name,
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "bot": bot,
        "global_name": None,
        "primary_guild": None,
    }


def member(who: Json, roles: list[str], joined_at: str) -> Json:
    """A guild member object."""
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": joined_at,
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": roles,
        "user": who,
        "mute": False,
        "deaf": False,
    }


def role(role_id: str, name: str, bits: int, position: int, *, managed: bool = False) -> Json:
    """A role object; a guild's first role has the guild's own id and is everyone's."""
    return {
        "id": role_id,
        "name": name,
        "permissions": str(bits),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": managed,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


_GUILD_EMPTY: Json = {
    **dict.fromkeys(
        (
            "icon",
            "description",
            "home_header",
            "splash",
            "discovery_splash",
            "banner",
            "application_id",
            "afk_channel_id",
            "system_channel_id",
            "widget_channel_id",
            "vanity_url_code",
            "rules_channel_id",
            "safety_alerts_channel_id",
            "public_updates_channel_id",
            "incidents_data",
        )
    ),
    "features": [],
    "emojis": [],
    "stickers": [],
    "region": "deprecated",
    "afk_timeout": 300,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
}


def guild(guild_id: str, name: str, owner: str, locale: str) -> Json:
    """A guild object whose everyone may do what is usual."""
    everyone = role(guild_id, "@everyone", permissions.USUAL, 0)
    return {
        "id": guild_id,
        "name": name,
        "owner_id": owner,
        "preferred_locale": locale,
        "roles": [everyone],
        **{key: (list(value) if isinstance(value, list) else value) for key, value in _GUILD_EMPTY.items()},
    }


def channel(channel_id: str, guild_id: str, name: str, kind: int, position: int) -> Json:
    """A guild channel object; `kind` is Discord's channel type."""
    made: Json = {
        "id": channel_id,
        "type": kind,
        "guild_id": guild_id,
        "name": name,
        "position": position,
        "flags": 0,
        "parent_id": None,
        "permission_overwrites": [],
        "nsfw": False,
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
    }
    if kind == FORUM:
        made |= {"available_tags": [], "default_sort_order": None, "default_forum_layout": 0}
        made["default_reaction_emoji"] = None
    return made


def thread(thread_id: str, parent: Json, name: str, owner: str, archive: int, now: str) -> Json:
    """A public thread object under `parent`; `archive` in minutes."""
    return {
        "id": thread_id,
        "type": PUBLIC_THREAD,
        "guild_id": parent["guild_id"],
        "parent_id": parent["id"],
        "name": name,
        "owner_id": owner,
        "flags": 0,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": now,
            "auto_archive_duration": archive,
            "locked": False,
            "create_timestamp": now,
        },
        "member": {"id": thread_id, "user_id": owner, "join_timestamp": now, "flags": 1},
    }


def embed(given: Json) -> Json:
    """An embed as it is given back: rich, with every field's `inline`, and trimmed."""
    made: Json = {key: _trim(value) for key, value in given.items() if value is not None} | {"type": "rich"}
    if "fields" in made:
        made["fields"] = [
            {
                "name": item["name"].strip(),
                "value": item["value"].strip(),
                "inline": item.get("inline", False),
            }
            for item in made["fields"]
        ]
    return made


def _trim(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def components(rows: list[Json]) -> list[Json]:
    """Components as they are given back: each with a number of its own."""
    number = 0
    made: list[Json] = []
    for row in rows:
        number += 1
        answer: Json = {"type": row["type"], "id": number, "components": []}
        for item in row.get("components", []):
            number += 1
            answer["components"].append(item | {"id": number})
        made.append(answer)
    return made
