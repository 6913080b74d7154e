"""The routes of messages: create (with nonces), get, list, edit, delete."""

import re

from tests.fakes.discord import payloads
from tests.fakes.discord import permissions as can
from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.errors import ApiError, Form, Json
from tests.fakes.discord.forms import check_message
from tests.fakes.discord.records import Stored
from tests.fakes.discord.world import World

OLD = 3600.0  # seconds after which edits are rationed


def create_message(world: World, call: Call) -> Reply:
    """POST /channels/{channel}/messages."""
    channel = world.channel(call.params["channel"])
    _may_send(world, channel, call.body)
    check_message(call.body)
    if again := _same_nonce(world, call.body):
        if again.deleted:
            raise ApiError(10008)
        return Reply(again.payload)
    stored = keep_message(world, channel, call.body)
    return Reply(stored.payload)


def _may_send(world: World, channel: Json, body: Json) -> None:
    bits = world.permissions(channel)
    in_thread = channel["type"] in payloads.THREADS
    can.demand(bits, can.SEND_MESSAGES_IN_THREADS if in_thread else can.SEND_MESSAGES)
    if channel["type"] in (payloads.CATEGORY, payloads.FORUM):
        raise ApiError(50008)
    if in_thread and channel["thread_metadata"]["locked"] and not bits & can.MANAGE_THREADS:
        raise ApiError(160005)
    if body.get("embeds"):
        can.demand(bits, can.EMBED_LINKS)
    if reference := body.get("message_reference"):
        _may_reply(world, channel, reference, bits)


def _may_reply(world: World, channel: Json, reference: Json, bits: int) -> None:
    if not bits & can.READ_MESSAGE_HISTORY:
        raise ApiError(160002)
    try:
        world.message(channel["id"], str(reference["message_id"]))
    except ApiError:
        if reference.get("fail_if_not_exists", True):
            form = Form()
            form.fault(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            form.finish()


def _same_nonce(world: World, body: Json) -> Stored | None:
    """The bot's message of the last minutes with this nonce, deleted or not, if it is to be enforced."""
    nonce = body.get("nonce")
    if nonce is None or not body.get("enforce_nonce"):
        return None
    since = world.clock.now() - world.nonce_window
    for kept in world.stored.values():
        for stored in kept:
            if stored.payload.get("nonce") == nonce and stored.at >= since:
                return stored
    return None


def keep_message(world: World, channel: Json, body: Json, *, ephemeral: bool = False) -> Stored:
    """Put a message of the bot's into a channel, and tell the gateway."""
    message_id = world.ids.next()
    payload: Json = {
        "id": message_id,
        "type": 19 if body.get("message_reference") else 0,
        "channel_id": channel["id"],
        "author": world.bot,
        "timestamp": world.clock.iso(),
        "edited_timestamp": None,
        "attachments": [],
        "pinned": False,
        "tts": bool(body.get("tts")),
        "flags": body.get("flags") or 0,
        "content": "",
        "embeds": [],
        "components": [],
    }
    _fill(world, channel, payload, body)
    if body.get("nonce") is not None:
        payload["nonce"] = body["nonce"]
    if reference := body.get("message_reference"):
        payload |= _reference(world, channel, str(reference["message_id"]))
    stored = Stored(payload, _told(body), at=world.clock.now(), ephemeral=ephemeral)
    world.stored.setdefault(channel["id"], []).append(stored)
    channel["last_message_id"] = message_id
    if channel["type"] in payloads.THREADS:
        channel["thread_metadata"]["archived"] = False
        channel["message_count"] += 1
        channel["total_message_sent"] += 1
    if not ephemeral:
        world.emit("MESSAGE_CREATE", payload | {"guild_id": channel.get("guild_id")}, channel.get("guild_id"))
    return stored


def _told(body: Json) -> Json:
    """The body as it was sent, without the files that came with it."""
    return {key: value for key, value in body.items() if key != "uploads"}


def _reference(world: World, channel: Json, message_id: str) -> Json:
    reference: Json = {"type": 0, "channel_id": channel["id"], "message_id": message_id}
    if "guild_id" in channel:
        reference["guild_id"] = channel["guild_id"]
    try:
        referenced: Json | None = world.message(channel["id"], message_id).payload
    except ApiError:
        referenced = None
    return {"message_reference": reference, "referenced_message": referenced}


def _fill(world: World, channel: Json, payload: Json, body: Json) -> None:
    """Take over what a body says; absent keys change nothing, as in an edit."""
    if "content" in body:
        payload["content"] = (body["content"] or "").strip()
    if "embeds" in body:
        payload["embeds"] = [payloads.embed(one) for one in body["embeds"] or []]
    if "components" in body:
        payload["components"] = payloads.components(body["components"] or [])
    if body.get("uploads"):
        payload["attachments"] = [_attachment(world, channel, *one) for one in body["uploads"]]
    payload |= pinged(world, channel, payload["content"], body.get("allowed_mentions"))


def _attachment(world: World, channel: Json, name: str, content: bytes) -> Json:
    made = world.ids.next()
    world.files[made] = content
    url = f"https://cdn.invalid/attachments/{channel['id']}/{made}/{name}"
    return {"id": made, "filename": name, "size": len(content), "url": url, "proxy_url": url}


def pinged(world: World, channel: Json, content: str, allowed: Json | None) -> Json:
    """Whom a content reaches. Without allowed_mentions everything in it is parsed; embeds reach nobody."""
    parse = ["users", "roles", "everyone"] if allowed is None else allowed.get("parse") or []
    allowed = allowed or {}
    users = [
        who
        for who in re.findall(r"<@!?(\d+)>", content)
        if "users" in parse or who in (allowed.get("users") or [])
    ]
    roles = [
        one
        for one in re.findall(r"<@&(\d+)>", content)
        if "roles" in parse or one in (allowed.get("roles") or [])
    ]
    may = bool(world.permissions(channel) & can.MENTION_EVERYONE)
    return {
        "mentions": [world.users[who] for who in users if who in world.users],
        "mention_roles": sorted(set(roles)),
        "mention_everyone": may and "everyone" in parse and bool(re.search(r"@(everyone|here)", content)),
    }


def get_message(world: World, call: Call) -> Reply:
    """GET /channels/{channel}/messages/{message}."""
    _may_read(world, call)
    return Reply(world.message(call.params["channel"], call.params["message"]).payload)


def list_messages(world: World, call: Call) -> Reply:
    """GET /channels/{channel}/messages: newest first; nothing without Read Message History."""
    bits = _may_read(world, call)
    if not bits & can.READ_MESSAGE_HISTORY:
        return Reply([])
    found = world.messages(call.params["channel"])
    limit = int(call.query.get("limit", 50))
    if before := call.query.get("before"):
        found = [one for one in found if int(one["id"]) < int(before)]
    if after := call.query.get("after"):
        found = [one for one in found if int(one["id"]) > int(after)][:limit]
    return Reply(found[::-1][:limit])


def _may_read(world: World, call: Call) -> int:
    bits = world.permissions(world.channel(call.params["channel"]))
    can.demand(bits, can.VIEW_CHANNEL)
    return bits


def edit_message(world: World, call: Call) -> Reply:
    """PATCH /channels/{channel}/messages/{message}."""
    _may_read(world, call)
    channel = world.channel(call.params["channel"])
    stored = world.message(channel["id"], call.params["message"])
    if stored.payload["author"]["id"] != world.bot["id"]:
        raise ApiError(50005)
    if channel["type"] in payloads.THREADS and channel["thread_metadata"]["archived"]:
        raise ApiError(50083)
    if world.clock.now() - stored.at > OLD:
        if world.old_edits_allowed is not None and stored.old_edits >= world.old_edits_allowed:
            raise ApiError(30046)
        stored.old_edits += 1
    change_message(world, channel, stored, call.body)
    return Reply(stored.payload)


def change_message(world: World, channel: Json, stored: Stored, body: Json) -> None:
    """Edit a message in place. Raises ApiError when the outcome breaks a limit."""
    outcome = {key: stored.payload[key] for key in ("content", "embeds", "components")} | body
    check_message(outcome)
    _fill(world, channel, stored.payload, body)
    stored.payload["edited_timestamp"] = world.clock.iso()
    stored.edits.append(_told(body))
    if not stored.ephemeral:
        data = stored.payload | {"guild_id": channel.get("guild_id")}
        world.emit("MESSAGE_UPDATE", data, channel.get("guild_id"))


def delete_message(world: World, call: Call) -> Reply:
    """DELETE /channels/{channel}/messages/{message}."""
    bits = _may_read(world, call)
    stored = world.message(call.params["channel"], call.params["message"])
    if stored.payload["author"]["id"] != world.bot["id"]:
        can.demand(bits, can.MANAGE_MESSAGES)
    stored.deleted = True
    return Reply(status=204)


_ONE = "/channels/{channel}/messages/{message}"
ROUTES: Routes = [
    ("POST", "/channels/{channel}/messages", create_message),
    ("GET", "/channels/{channel}/messages", list_messages),
    ("GET", _ONE, get_message),
    ("PATCH", _ONE, edit_message),
    ("DELETE", _ONE, delete_message),
]
