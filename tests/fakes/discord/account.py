"""The routes of the bot's own account, its guilds and their channels."""

from tests.fakes.discord import payloads
from tests.fakes.discord import permissions as can
from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.errors import ApiError, Json
from tests.fakes.discord.world import World


def me(world: World, call: Call) -> Reply:
    """GET /users/@me."""
    return Reply(world.bot | {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None})


def application(world: World, call: Call) -> Reply:
    """GET /applications/@me, and its older name."""
    return Reply(application_payload(world))


def application_payload(world: World) -> Json:
    """The application object."""
    return {
        "id": world.application_id,
        "name": world.bot["username"],
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": world.owner,
        "bot": world.bot,
        "bot_public": False,
        "bot_require_code_grant": False,
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def my_guilds(world: World, call: Call) -> Reply:
    """GET /users/@me/guilds."""
    found = [
        {
            "id": guild["id"],
            "name": guild["name"],
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(can.USUAL),
            "features": [],
        }
        for guild in world.guilds.values()
    ]
    return Reply(found)


def leave_guild(world: World, call: Call) -> Reply:
    """DELETE /users/@me/guilds/{guild}."""
    world.remove_guild(world.guild(call.params["guild"])["id"])
    return Reply(status=204)


def open_dm(world: World, call: Call) -> Reply:
    """POST /users/@me/channels: the same channel each time."""
    who = str(call.body.get("recipient_id"))
    if who not in world.users:
        raise ApiError(10013)
    for channel in world.channels.values():
        if channel["type"] == payloads.DM and channel["recipients"][0]["id"] == who:
            return Reply(channel)
    made: Json = {"id": world.ids.next(), "type": payloads.DM, "flags": 0, "last_message_id": None}
    world.keep_channel(made | {"recipients": [world.users[who]]})
    return Reply(world.channels[made["id"]])


def get_user(world: World, call: Call) -> Reply:
    """GET /users/{user}."""
    if call.params["user"] not in world.users:
        raise ApiError(10013)
    return Reply(world.users[call.params["user"]])


def get_guild(world: World, call: Call) -> Reply:
    """GET /guilds/{guild}."""
    return Reply(world.guild(call.params["guild"]))


def guild_channels(world: World, call: Call) -> Reply:
    """GET /guilds/{guild}/channels: without threads."""
    guild = world.guild(call.params["guild"])
    own = [channel for channel in world.channels.values() if channel.get("guild_id") == guild["id"]]
    return Reply([channel for channel in own if channel["type"] not in payloads.THREADS])


def guild_member(world: World, call: Call) -> Reply:
    """GET /guilds/{guild}/members/{user}."""
    members = world.members[world.guild(call.params["guild"])["id"]]
    if call.params["user"] not in members:
        raise ApiError(10007)
    return Reply(members[call.params["user"]])


def get_channel(world: World, call: Call) -> Reply:
    """GET /channels/{channel}."""
    channel = world.channel(call.params["channel"])
    can.demand(world.permissions(channel), can.VIEW_CHANNEL)
    return Reply(channel)


ROUTES: Routes = [
    ("GET", "/users/@me", me),
    ("GET", "/applications/@me", application),
    ("GET", "/oauth2/applications/@me", application),
    ("GET", "/users/@me/guilds", my_guilds),
    ("DELETE", "/users/@me/guilds/{guild}", leave_guild),
    ("POST", "/users/@me/channels", open_dm),
    ("GET", "/users/{user}", get_user),
    ("GET", "/guilds/{guild}", get_guild),
    ("GET", "/guilds/{guild}/channels", guild_channels),
    ("GET", "/guilds/{guild}/members/{user}", guild_member),
    ("GET", "/channels/{channel}", get_channel),
]
