"""The routes of application commands: global and of a guild, one at a time and all at once."""

import re

from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.errors import ApiError, Form, Json
from tests.fakes.discord.world import World

NAME = re.compile(r"^[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}$")
MOST = 100
SUB = (1, 2)  # sub-command, sub-command group


def list_commands(world: World, call: Call) -> Reply:
    """GET …/commands."""
    return Reply(world.commands.get(_scope(world, call), []))


def overwrite(world: World, call: Call) -> Reply:
    """PUT …/commands: these, and no others."""
    scope = _scope(world, call)
    form = Form()
    if len(call.body) > MOST:
        form.fault((), "APPLICATION_COMMANDS_MAX", f"Must be {MOST} or fewer in length.")
    for index, command in enumerate(call.body):
        _check(form, (index,), command)
    form.finish()
    known = {(one["name"], one["type"]): one["id"] for one in world.commands.get(scope, [])}
    world.commands[scope] = [_made(world, scope, one, known) for one in call.body]
    return Reply(world.commands[scope])


def create(world: World, call: Call) -> Reply:
    """POST …/commands: one more, or in place of the one with its name."""
    scope = _scope(world, call)
    form = Form()
    _check(form, (), call.body)
    form.finish()
    kept = world.commands.setdefault(scope, [])
    known = {(one["name"], one["type"]): one["id"] for one in kept}
    made = _made(world, scope, call.body, known)
    world.commands[scope] = [one for one in kept if one["id"] != made["id"]] + [made]
    return Reply(made, 200 if made["id"] in known.values() else 201)


def delete(world: World, call: Call) -> Reply:
    """DELETE …/commands/{command}."""
    kept = world.commands.get(_scope(world, call), [])
    found = [one for one in kept if one["id"] == call.params["command"]]
    if not found:
        raise ApiError(10063)
    kept.remove(found[0])
    return Reply(status=204)


def _scope(world: World, call: Call) -> str:
    if call.params["application"] != world.application_id:
        raise ApiError(50001)
    guild = call.params.get("guild", "")
    if guild and guild not in world.guilds:
        raise ApiError(50001)
    return guild


def _made(world: World, scope: str, body: Json, known: dict[tuple[str, int], str]) -> Json:
    kind = body.get("type") or 1
    made: Json = {
        "id": known.get((body["name"], kind)) or world.ids.next(),
        "application_id": world.application_id,
        "version": world.ids.next(),
        "type": kind,
        "name": body["name"],
        "description": body.get("description") or "",
        "default_member_permissions": body.get("default_member_permissions"),
        "nsfw": bool(body.get("nsfw")),
    }
    for key in (
        "name_localizations",
        "description_localizations",
        "contexts",
        "integration_types",
        "options",
    ):
        if body.get(key) is not None:
            made[key] = body[key]
    if scope:
        made["guild_id"] = scope
    return made


def _check(form: Form, at: tuple[str | int, ...], one: Json, depth: int = 0) -> None:
    chat_input = depth > 0 or (one.get("type") or 1) == 1
    names = [((*at, "name"), one.get("name"))]
    names += [
        ((*at, "name_localizations", key), value)
        for key, value in (one.get("name_localizations") or {}).items()
    ]
    for path, name in names:
        if not name or (chat_input and (not NAME.match(name) or name != name.lower())):
            form.fault(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if chat_input:
        form.text((*at, "description"), one.get("description"), 100, needed=True, least=1)
        for key, value in (one.get("description_localizations") or {}).items():
            form.text((*at, "description_localizations", key), value, 100, needed=True, least=1)
    _check_options(form, at, one.get("options") or [], depth)


def _check_options(form: Form, at: tuple[str | int, ...], options: list[Json], depth: int) -> None:
    if len(options) > 25:
        form.fault((*at, "options"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    optional_seen = False
    for index, option in enumerate(options):
        path = (*at, "options", index)
        _check(form, path, option, depth + 1)
        required = bool(option.get("required"))
        if option.get("type") not in SUB and required and optional_seen:
            form.fault(
                path,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not required
        if len(option.get("choices") or []) > 25:
            form.fault((*path, "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")


ROUTES: Routes = []
for _base in ("/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands"):
    ROUTES += [
        ("GET", _base, list_commands),
        ("PUT", _base, overwrite),
        ("POST", _base, create),
        ("DELETE", _base + "/{command}", delete),
    ]
