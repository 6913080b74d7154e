"""The fake answers as Discord documents it; each rule here is one that a bot can break."""

from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord, Fault
from tests.fakes.discord import permissions as can

Answer = tuple[int, Any]


async def ask(
    fake: FakeDiscord, method: str, path: str, body: Any = None, token: str | None = None
) -> Answer:
    """One plain request, without discord.py."""
    headers = {"Authorization": f"Bot {token or fake.world.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, fake.api + path, json=body) as response,
    ):
        return response.status, await response.json() if response.content_length else None


def say(fake: FakeDiscord, **body: Any) -> Any:
    return ask(fake, "POST", f"/channels/{fake.world.channel_id}/messages", body)


def codes(answer: Any) -> set[str]:
    """The codes of every fault in an error's tree."""
    if isinstance(answer, dict):
        own = {one["code"] for one in answer.get("_errors", [])}
        return own.union(*(codes(value) for value in answer.values()))
    return set()


async def test_json_has_exactly_discords_content_type(fake: FakeDiscord) -> None:
    async with aiohttp.ClientSession() as session, session.get(fake.api + "/users/@me") as response:
        assert response.headers["Content-Type"] == "application/json"
        assert response.status == 401
        assert await response.json() == {"message": "401: Unauthorized", "code": 0}


async def test_a_nonce_is_kept_for_minutes(fake: FakeDiscord) -> None:
    _, first = await say(fake, content="a", nonce="n", enforce_nonce=True)
    fake.world.clock.advance(60)
    _, again = await say(fake, content="b", nonce="n", enforce_nonce=True)
    assert again == first
    _, unenforced = await say(fake, content="c", nonce="n")
    assert unenforced["id"] != first["id"]
    fake.world.clock.advance(600)
    _, later = await say(fake, content="d", nonce="n", enforce_nonce=True)
    assert later["id"] != first["id"]


async def test_a_nonce_of_a_deleted_message_is_unknown(fake: FakeDiscord) -> None:
    _, first = await say(fake, content="a", nonce="n", enforce_nonce=True)
    fake.world.delete_message(fake.world.channel_id, first["id"])
    status, answer = await say(fake, content="a", nonce="n", enforce_nonce=True)
    assert (status, answer["code"]) == (404, 10008)


_LONG = {"name": "n", "value": "v" * 1000}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"content": "x" * 2001}, "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "nonce": "x" * 26}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4097}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x", "footer": {"text": "x" * 2049}}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x", "author": {"name": ""}}]}, "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"fields": [{"name": "n", "value": " "}]}]}, "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"fields": [_LONG] * 6}]}, "MAX_EMBED_SIZE_EXCEEDED"),
        ({"embeds": [{"fields": [_LONG] * 3}] * 2}, "MAX_EMBED_SIZE_EXCEEDED"),
        ({"embeds": [{"title": "x"}] * 11}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x", "url": "ftp://x"}]}, "URL_TYPE_INVALID_SCHEME"),
        ({"embeds": [{"title": "x", "color": 2**24}]}, "NUMBER_TYPE_MAX"),
        ({"content": "x", "components": [{"type": 1, "components": []}]}, "BASE_TYPE_BAD_LENGTH"),
        (
            {"content": "x", "allowed_mentions": {"parse": ["roles"], "roles": ["1"]}},
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
    ],
)
async def test_limits_are_refused_as_discord_does(fake: FakeDiscord, body: Any, fault: str) -> None:
    status, answer = await say(fake, **body)
    assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    assert codes(answer["errors"]) == {fault}
    assert not fake.world.messages(fake.world.channel_id)


async def test_an_embed_at_its_limits_passes(fake: FakeDiscord) -> None:
    embed = {"title": "t" * 256, "description": "d" * 4096, "footer": {"text": "f" * 1648}}
    assert (await say(fake, embeds=[embed]))[0] == 200


async def test_an_empty_message_is_refused(fake: FakeDiscord) -> None:
    assert (await say(fake))[1]["code"] == 50006


async def test_who_is_pinged(fake: FakeDiscord) -> None:
    text = f"@everyone <@{fake.world.owner['id']}> <@&7>"
    _, plain = await say(fake, content=text)
    assert (len(plain["mentions"]), plain["mention_roles"], plain["mention_everyone"]) == (1, ["7"], False)
    guild = fake.world.guild(fake.world.guild_id)
    guild["roles"][0]["permissions"] = str(can.USUAL | can.MENTION_EVERYONE)
    assert (await say(fake, content=text))[1]["mention_everyone"]
    _, quiet = await say(fake, content=text, allowed_mentions={"parse": []})
    assert (quiet["mentions"], quiet["mention_roles"], quiet["mention_everyone"]) == ([], [], False)
    _, role = await say(fake, content=text, allowed_mentions={"parse": [], "roles": ["7"]})
    assert (role["mentions"], role["mention_roles"]) == ([], ["7"])


async def test_rate_limits_are_told_and_held(fake: FakeDiscord) -> None:
    fake.limits.rules["POST /channels/{channel}/messages"] = (2, 30.0)
    assert [(await say(fake, content="x"))[0] for _ in range(3)] == [200, 200, 429]
    answer = fake.log[-1].answer
    assert 29 < answer["retry_after"] <= 30
    assert answer["global"] is False
    assert fake.invalid_requests == 1
    fake.world.clock.advance(31)
    assert (await say(fake, content="x"))[0] == 200


async def test_a_shared_limit_does_not_count_towards_the_ban(fake: FakeDiscord) -> None:
    fake.faults.order(Fault("limit", scope="shared"), Fault("limit", scope="global"))
    assert [(await say(fake, content="x"))[0] for _ in range(2)] == [429, 429]
    assert fake.invalid_requests == 1
    assert fake.log[-1].answer["global"] is True


async def test_faults_are_met_in_order_and_once(fake: FakeDiscord) -> None:
    fake.faults.order(Fault("status", "POST", "/messages", status=502), Fault("drop", "POST", "/messages"))
    assert fake.faults.pending() == 2
    assert (await say(fake, content="a"))[0] == 502
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await say(fake, content="b")
    assert (await say(fake, content="c"))[0] == 200
    assert [one["content"] for one in fake.world.messages(fake.world.channel_id)] == ["b", "c"]


async def test_threads_and_forum_posts(fake: FakeDiscord) -> None:
    world = fake.world
    _, message = await say(fake, content="start")
    base = f"/channels/{world.channel_id}/messages/{message['id']}/threads"
    status, thread = await ask(fake, "POST", base, {"name": "event"})
    assert (status, thread["id"]) == (201, message["id"])
    assert (await ask(fake, "POST", base, {"name": "event"}))[1]["code"] == 160004
    forum = f"/channels/{world.forum_id}/threads"
    assert (await ask(fake, "POST", forum, {"name": "post", "message": {}}))[1]["code"] == 50006
    status, post = await ask(fake, "POST", forum, {"name": "post", "message": {"content": "hello"}})
    assert (status, post["message"]["content"], post["parent_id"]) == (201, "hello", world.forum_id)
    _, bad = await ask(
        fake, "POST", forum, {"name": "", "message": {"content": "x"}, "auto_archive_duration": 7}
    )
    assert codes(bad["errors"]) == {"BASE_TYPE_REQUIRED", "BASE_TYPE_CHOICES"}
    await ask(fake, "PATCH", f"/channels/{post['id']}", {"archived": True})
    last = f"/channels/{post['id']}/messages/{post['message']['id']}"
    assert (await ask(fake, "PATCH", last, {"content": "x"}))[1]["code"] == 50083
    assert (await ask(fake, "POST", f"/channels/{post['id']}/messages", {"content": "awake"}))[0] == 200
    await ask(fake, "PATCH", f"/channels/{post['id']}", {"locked": True})
    assert (await ask(fake, "POST", f"/channels/{post['id']}/messages", {"content": "x"}))[1][
        "code"
    ] == 160005


async def test_lists_are_newest_first_and_paged(fake: FakeDiscord) -> None:
    made = [(await say(fake, content=str(number)))[1]["id"] for number in range(5)]
    base = f"/channels/{fake.world.channel_id}/messages"
    _, newest = await ask(fake, "GET", f"{base}?limit=2")
    assert [one["id"] for one in newest] == made[:2:-1]
    _, older = await ask(fake, "GET", f"{base}?limit=9&before={made[3]}")
    assert [one["id"] for one in older] == made[2::-1]
    _, newer = await ask(fake, "GET", f"{base}?limit=1&after={made[2]}")
    assert [one["id"] for one in newer] == [made[3]]


async def test_a_direct_message_has_one_channel(fake: FakeDiscord) -> None:
    body = {"recipient_id": fake.world.owner["id"]}
    _, first = await ask(fake, "POST", "/users/@me/channels", body)
    assert (await ask(fake, "POST", "/users/@me/channels", body))[1] == first
    assert (await ask(fake, "POST", f"/channels/{first['id']}/messages", {"content": "x"}))[0] == 200


async def test_unknown_things_are_unknown(fake: FakeDiscord) -> None:
    for path, code in (("/channels/1", 10003), ("/guilds/1", 10004), ("/users/1", 10013), ("/nowhere", 0)):
        status, answer = await ask(fake, "GET", path)
        assert (status, answer["code"]) == (404, code)
