"""The routes of interactions: the callback within three seconds, then follow-ups for fifteen minutes."""

from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.errors import ApiError, Form, Json
from tests.fakes.discord.forms import check_message
from tests.fakes.discord.messages import change_message, keep_message
from tests.fakes.discord.records import COMPONENT, MODAL, Interaction, Stored
from tests.fakes.discord.world import World

FIRST = 3.0  # seconds for the callback
LAST = 900.0  # seconds that a token lives
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
EPHEMERAL, LOADING = 64, 128


def callback(world: World, call: Call) -> Reply:
    """POST /interactions/{interaction}/{token}/callback."""
    asked = world.interactions.get(call.params["token"])
    if asked is None or asked.id != call.params["interaction"]:
        raise ApiError(10062)
    if asked.response is not None:
        raise ApiError(40060)
    if world.clock.now() - asked.at > FIRST:
        raise ApiError(10062)
    _answer(world, asked, call.body)
    asked.response = call.body
    if call.query.get("with_response") not in ("1", "true"):
        return Reply(status=204)
    return Reply(_told(asked, call.body["type"]))


def _answer(world: World, asked: Interaction, body: Json) -> None:
    kind, data = body["type"], body.get("data") or {}
    channel = world.channel(asked.channel_id)
    if kind == MESSAGE:
        check_message(data)
        asked.original = _keep(world, channel, data)
    elif kind == DEFER:
        flags = data.get("flags", 0) | LOADING
        asked.original = _keep(world, channel, {"flags": flags})
    elif kind == UPDATE and asked.source is not None:
        change_message(world, channel, asked.source, data)
    elif kind == CHOICES:
        _check_choices(data)
    elif kind == FORM:
        _check_modal(data)
    elif kind != DEFER_UPDATE or asked.kind not in (COMPONENT, MODAL):
        form = Form()
        form.fault(("type",), "INTERACTION_CALLBACK_TYPE_INVALID", "Invalid interaction callback type")
        form.finish()
    if kind in (DEFER_UPDATE, UPDATE):
        asked.original = asked.source


def _keep(world: World, channel: Json, data: Json) -> Stored:
    return keep_message(world, channel, data, ephemeral=bool(data.get("flags", 0) & EPHEMERAL))


def _told(asked: Interaction, kind: int) -> Json:
    original = asked.original
    told: Json = {
        "id": asked.id,
        "type": asked.kind,
        "channel_id": asked.channel_id,
        "guild_id": asked.guild_id,
        "response_message_loading": kind == DEFER,
    }
    answer: Json = {"interaction": told}
    if original is not None:
        told["response_message_id"] = original.id
        told["response_message_ephemeral"] = original.ephemeral
        if kind in (MESSAGE, UPDATE):
            answer["resource"] = {"type": kind, "message": original.payload}
    return answer


def _check_choices(data: Json) -> None:
    form = Form()
    choices = data.get("choices") or []
    if len(choices) > 25:
        form.fault(("data", "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        form.text(("data", "choices", index, "name"), choice.get("name"), 100, needed=True, least=1)
        if isinstance(choice.get("value"), str):
            form.text(("data", "choices", index, "value"), choice["value"], 100, needed=True, least=1)
    form.finish()


def _check_modal(data: Json) -> None:
    form = Form()
    form.text(("data", "title"), data.get("title"), 45, needed=True, least=1)
    form.text(("data", "custom_id"), data.get("custom_id"), 100, needed=True, least=1)
    if not 1 <= len(data.get("components") or []) <= 5:
        form.fault(("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    form.finish()


def _by_token(world: World, call: Call) -> Interaction:
    asked = world.interactions.get(call.params["token"])
    if asked is None or call.params["webhook"] != world.application_id or asked.response is None:
        raise ApiError(10015)
    if world.clock.now() - asked.at > LAST:
        raise ApiError(50027)
    return asked


def follow_up(world: World, call: Call) -> Reply:
    """POST /webhooks/{webhook}/{token}: after a deferral the first one takes its place."""
    asked = _by_token(world, call)
    channel = world.channel(asked.channel_id)
    check_message(call.body)
    if asked.deferred and asked.original is not None:
        _fill_deferred(world, channel, asked.original, call.body)
        return Reply(asked.original.payload)
    stored = _keep(world, channel, call.body)
    asked.followups.append(stored)
    return Reply(stored.payload)


def _fill_deferred(world: World, channel: Json, original: Stored, body: Json) -> None:
    change_message(world, channel, original, body)
    original.payload["flags"] &= ~LOADING


def _which(world: World, call: Call) -> Stored:
    asked = _by_token(world, call)
    name = call.params.get("message", "@original")
    known = [one for one in (asked.original, *asked.followups) if one is not None and not one.deleted]
    for stored in known:
        if name == stored.id or (name == "@original" and stored is asked.original):
            return stored
    raise ApiError(10008)


def get_answer(world: World, call: Call) -> Reply:
    """GET /webhooks/{webhook}/{token}/messages/{message or @original}."""
    return Reply(_which(world, call).payload)


def edit_answer(world: World, call: Call) -> Reply:
    """PATCH /webhooks/{webhook}/{token}/messages/{message or @original}."""
    stored = _which(world, call)
    _fill_deferred(world, world.channel(stored.payload["channel_id"]), stored, call.body)
    return Reply(stored.payload)


def delete_answer(world: World, call: Call) -> Reply:
    """DELETE /webhooks/{webhook}/{token}/messages/{message or @original}."""
    _which(world, call).deleted = True
    return Reply(status=204)


_ORIGINAL = "/webhooks/{webhook}/{token}/messages/@original"
_MESSAGE = "/webhooks/{webhook}/{token}/messages/{message}"
ROUTES: Routes = [
    ("POST", "/interactions/{interaction}/{token}/callback", callback),
    ("POST", "/webhooks/{webhook}/{token}", follow_up),
    *[("GET", path, get_answer) for path in (_ORIGINAL, _MESSAGE)],
    *[("PATCH", path, edit_answer) for path in (_ORIGINAL, _MESSAGE)],
    *[("DELETE", path, delete_answer) for path in (_ORIGINAL, _MESSAGE)],
]
