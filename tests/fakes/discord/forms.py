"""What Discord accepts as a message: the limits of content, embeds, components and mentions."""

from typing import Any

from tests.fakes.discord.errors import ApiError, Form, Json

EMBED_TOTAL = 6000
EMBED_TEXTS = (("title", 256), ("description", 4096))


def check_message(body: Json, *, may_be_empty: bool = False) -> None:
    """Raises ApiError 50035 for a body beyond the limits, 50006 for one that says nothing."""
    form = Form()
    form.text(("content",), body.get("content"), 2000)
    nonce = body.get("nonce")
    if isinstance(nonce, str):
        form.text(("nonce",), nonce, 25)
    embeds = body.get("embeds") or []
    _check_embeds(form, embeds)
    _check_components(form, body.get("components") or [])
    _check_mentions(form, body.get("allowed_mentions"))
    form.finish()
    says = body.get("content") or embeds or body.get("components") or body.get("poll") or body.get("uploads")
    if not says and not may_be_empty:
        raise ApiError(50006)


def _check_embeds(form: Form, embeds: list[Json]) -> None:
    if len(embeds) > 10:
        form.fault(("embeds",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(form, ("embeds", index), embed)
    if sum(map(embed_length, embeds)) > EMBED_TOTAL:
        form.fault(
            ("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_TOTAL}"
        )


def _check_embed(form: Form, at: tuple[str | int, ...], embed: Json) -> None:
    for name, most in EMBED_TEXTS:
        form.text((*at, name), embed.get(name), most)
    if footer := embed.get("footer"):
        form.text((*at, "footer", "text"), footer.get("text"), 2048, needed=True)
    if author := embed.get("author"):
        form.text((*at, "author", "name"), author.get("name"), 256, needed=True)
    fields = embed.get("fields") or []
    if len(fields) > 25:
        form.fault((*at, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for number, item in enumerate(fields):
        form.text((*at, "fields", number, "name"), item.get("name"), 256, needed=True)
        form.text((*at, "fields", number, "value"), item.get("value"), 1024, needed=True)
    url = embed.get("url")
    if url and not str(url).startswith(("http://", "https://")):
        scheme = str(url).split(":", maxsplit=1)[0]
        message = f"Scheme \"{scheme}\" is not supported. Scheme must be one of ('http', 'https')."
        form.fault((*at, "url"), "URL_TYPE_INVALID_SCHEME", message)
    colour = embed.get("color")
    if colour is not None and not 0 <= colour <= 0xFFFFFF:
        form.fault((*at, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")


def embed_length(embed: Json) -> int:
    """The characters of an embed that count towards the 6000."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for item in embed.get("fields") or []:
        texts += [item.get("name"), item.get("value")]
    return sum(len(text.strip()) for text in texts if text)


def _check_components(form: Form, rows: list[Json]) -> None:
    if len(rows) > 5:
        form.fault(("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    for index, row in enumerate(rows):
        items = row.get("components") or []
        if row.get("type") != 1 or not 1 <= len(items) <= 5:
            form.fault(
                ("components", index, "components"),
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 5 in length.",
            )
        for number, item in enumerate(items):
            _check_component(form, ("components", index, "components", number), item, seen)


def _check_component(form: Form, at: tuple[str | int, ...], item: Json, seen: set[str]) -> None:
    custom_id = item.get("custom_id")
    if custom_id is not None:
        form.text((*at, "custom_id"), custom_id, 100, needed=True, least=1)
        if custom_id in seen:
            form.fault(
                (*at, "custom_id"),
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        seen.add(custom_id)
    if item.get("type") == 2:
        form.text((*at, "label"), item.get("label"), 80)


def _check_mentions(form: Form, allowed: Any) -> None:
    if not allowed:
        return
    for kind in ("users", "roles"):
        ids = allowed.get(kind) or []
        if ids and kind in (allowed.get("parse") or []):
            form.fault(
                ("allowed_mentions",),
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
        if len(ids) > 100:
            form.fault(("allowed_mentions", kind), "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
