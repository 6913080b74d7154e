"""The routes of threads: from a message, in a text channel, as a post in a forum; and changing them."""

from tests.fakes.discord import payloads
from tests.fakes.discord import permissions as can
from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.errors import ApiError, Form, Json
from tests.fakes.discord.forms import check_message
from tests.fakes.discord.messages import keep_message
from tests.fakes.discord.world import World

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


def create_thread(world: World, call: Call) -> Reply:
    """POST /channels/{channel}/threads: in a forum with its first message, else without one."""
    parent = world.channel(call.params["channel"])
    if parent["type"] == payloads.FORUM:
        return _create_post(world, parent, call.body)
    if parent["type"] != payloads.TEXT:
        raise ApiError(50024)
    can.demand(world.permissions(parent), can.CREATE_PUBLIC_THREADS)
    _check(call.body)
    thread = _keep(world, parent, call.body, world.ids.next())
    return Reply(thread, 201)


def _create_post(world: World, forum: Json, body: Json) -> Reply:
    can.demand(world.permissions(forum), can.SEND_MESSAGES)
    _check(body)
    check_message(body.get("message") or {})
    thread = _keep(world, forum, body, world.ids.next())
    thread["applied_tags"] = body.get("applied_tags") or []
    stored = keep_message(world, thread, body["message"])
    return Reply(thread | {"message": stored.payload}, 201)


def thread_from_message(world: World, call: Call) -> Reply:
    """POST /channels/{channel}/messages/{message}/threads: the thread takes the message's id."""
    parent = world.channel(call.params["channel"])
    can.demand(world.permissions(parent), can.CREATE_PUBLIC_THREADS)
    stored = world.message(parent["id"], call.params["message"])
    if stored.id in world.channels:
        raise ApiError(160004)
    _check(call.body)
    thread = _keep(world, parent, call.body, stored.id)
    stored.payload["flags"] |= 1 << 5
    return Reply(thread, 201)


def _check(body: Json) -> None:
    form = Form()
    form.text(("name",), body.get("name"), 100, needed=True, least=1)
    minutes = body.get("auto_archive_duration")
    if minutes is not None and minutes not in ARCHIVE_MINUTES:
        message = f"Value must be one of {{{', '.join(map(str, ARCHIVE_MINUTES))}}}."
        form.fault(("auto_archive_duration",), "BASE_TYPE_CHOICES", message)
    form.finish()


def _keep(world: World, parent: Json, body: Json, thread_id: str) -> Json:
    minutes = body.get("auto_archive_duration") or 4320
    made = payloads.thread(
        thread_id, parent, body["name"].strip(), world.bot["id"], minutes, world.clock.iso()
    )
    world.keep_channel(made)
    world.emit("THREAD_CREATE", made | {"newly_created": True}, parent["guild_id"])
    return made


def change_channel(world: World, call: Call) -> Reply:
    """PATCH /channels/{channel}: name, archive and lock of a thread."""
    channel = world.channel(call.params["channel"])
    can.demand(world.permissions(channel), can.VIEW_CHANNEL)
    for key in ("name", "topic", "applied_tags"):
        if key in call.body:
            channel[key] = call.body[key]
    for key in ("archived", "locked", "auto_archive_duration"):
        if key in call.body and "thread_metadata" in channel:
            channel["thread_metadata"][key] = call.body[key]
    event = "THREAD_UPDATE" if channel["type"] in payloads.THREADS else "CHANNEL_UPDATE"
    world.emit(event, channel, channel.get("guild_id"))
    return Reply(channel)


def active_threads(world: World, call: Call) -> Reply:
    """GET /guilds/{guild}/threads/active."""
    guild = world.guild(call.params["guild"])
    found = [
        channel
        for channel in world.channels.values()
        if channel["type"] in payloads.THREADS
        and channel["guild_id"] == guild["id"]
        and not channel["thread_metadata"]["archived"]
    ]
    members = [thread["member"] for thread in found]
    return Reply({"threads": found, "members": members, "has_more": False})


ROUTES: Routes = [
    ("POST", "/channels/{channel}/threads", create_thread),
    ("POST", "/channels/{channel}/messages/{message}/threads", thread_from_message),
    ("PATCH", "/channels/{channel}", change_channel),
    ("GET", "/guilds/{guild}/threads/active", active_threads),
]
