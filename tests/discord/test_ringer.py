"""Each alert stands once in its channel, whatever happens between Tocsin and Discord."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.discord.client import DiscordClient
from bot.discord.ringer import DiscordRinger
from bot.pipeline.ringer import ChannelClosed, MessageGone, Refused, TryLater
from tests.discord.conftest import Connect
from tests.discord.views import EMPTY, HOSTILE, USUAL, order
from tests.fakes.discord import FakeDiscord, Fault
from tests.fakes.discord import permissions as can


def sends(fake: FakeDiscord) -> list[object]:
    return [one.body for one in fake.requests("POST", "/messages")]


async def test_an_alert_arrives_as_an_embed_with_its_button(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    channel = fake.world.channel_id
    sent = await ringer.ring(order(channel))
    (message,) = fake.world.messages(channel)
    assert message["id"] == sent.ref
    assert message["embeds"][0]["title"] == "⏳ Delayed: The Harbour model"
    assert message["components"][0]["components"][0]["custom_id"] == "tocsin:why:42"
    (body,) = sends(fake)
    assert body["nonce"] == "alert-42"
    assert body["enforce_nonce"] is True
    assert body["allowed_mentions"] == {"parse": []}


async def test_new_evidence_edits_it_and_still_pings_nobody(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    channel = fake.world.channel_id
    sent = await ringer.ring(order(channel))
    again = await ringer.ring(order(channel, replace(USUAL, source_count=9), ref=sent.ref))
    (message,) = fake.world.messages(channel)
    assert again == sent
    assert "9 sources" in json.dumps(message["embeds"], ensure_ascii=False)
    (edit,) = fake.requests("PATCH", sent.ref)
    assert edit.body["allowed_mentions"]["parse"] == []


@pytest.mark.parametrize("view", [HOSTILE, EMPTY], ids=["hostile", "empty"])
async def test_discord_accepts_the_strangest_alerts(
    fake: FakeDiscord, ringer: DiscordRinger, view: object
) -> None:
    await ringer.ring(order(fake.world.channel_id, view))
    assert len(fake.world.messages(fake.world.channel_id)) == 1
    assert not fake.world.messages(fake.world.channel_id)[0]["mention_everyone"]


async def test_a_lost_answer_rings_once_by_the_nonce(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    """Without Read Message History the look into the channel finds nothing; the nonce does it."""
    channel = fake.world.channel_id
    fake.world.deny(channel, can.READ_MESSAGE_HISTORY)
    fake.faults.order(Fault("drop", "POST", "/messages$"))
    with pytest.raises(TryLater):
        await ringer.ring(order(channel))
    sent = await ringer.ring(order(channel, attempted=True))
    assert [one["id"] for one in fake.world.messages(channel)] == [sent.ref]
    assert len(sends(fake)) == 2


async def test_hours_later_the_alert_is_found_by_its_id(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    channel = fake.world.channel_id
    fake.faults.order(Fault("drop", "POST", "/messages$"))
    with pytest.raises(TryLater):
        await ringer.ring(order(channel))
    for number in range(100, 130):  # other alerts came since
        await ringer.ring(order(channel, replace(USUAL, alert_id=number)))
    fake.world.clock.advance(3 * 3600)
    sent = await ringer.ring(order(channel, replace(USUAL, source_count=7), attempted=True))
    found = [one for one in fake.world.messages(channel) if "tocsin:why:42" in json.dumps(one)]
    assert [one["id"] for one in found] == [sent.ref]
    assert "7 sources" in json.dumps(found[0], ensure_ascii=False)  # and it shows the latest


async def test_an_attempt_that_never_arrived_is_sent(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    fake.faults.order(Fault("refuse", "POST", "/messages$"))
    with pytest.raises(TryLater):
        await ringer.ring(order(fake.world.channel_id))
    await ringer.ring(order(fake.world.channel_id, attempted=True))
    assert len(fake.world.messages(fake.world.channel_id)) == 1


async def test_a_late_answer_holds_nobody_up_and_rings_once(fake: FakeDiscord, client: DiscordClient) -> None:
    channel = fake.world.channel_id
    ringer = DiscordRinger(client, seconds=0.2)
    fake.faults.order(Fault("late", "POST", "/messages$", delay=1.0))
    with pytest.raises(TryLater, match="slow"):
        await ringer.ring(order(channel))
    patient = DiscordRinger(client)
    sent = await patient.ring(order(channel, attempted=True))
    assert [one["id"] for one in fake.world.messages(channel)] == [sent.ref]


async def test_an_attempt_under_way_is_awaited_before_the_next(
    fake: FakeDiscord, client: DiscordClient
) -> None:
    """A slow edit must not land after, and undo, the edit that follows it."""
    channel = fake.world.channel_id
    ringer = DiscordRinger(client, seconds=0.5)
    sent = await ringer.ring(order(channel))
    # discord.py lets several requests of a route run at once only after its first answer.
    await ringer.ring(order(channel, replace(USUAL, source_count=2), ref=sent.ref))
    fake.faults.order(Fault("slow", "PATCH", delay=0.7))
    with pytest.raises(TryLater):
        await ringer.ring(order(channel, replace(USUAL, source_count=3), ref=sent.ref))
    await ringer.ring(order(channel, replace(USUAL, source_count=4), ref=sent.ref))
    await fake.until(lambda: len(fake.requests("PATCH", sent.ref)) == 3)
    assert "4 sources" in json.dumps(fake.world.messages(channel)[0], ensure_ascii=False)


async def test_cancelling_leaves_no_task_behind(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    fake.faults.order(Fault("late", "POST", "/messages$"))
    ring = asyncio.create_task(ringer.ring(order(fake.world.channel_id)))
    await fake.until(lambda: sends(fake))
    ring.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ring
    assert not [
        task for task in asyncio.all_tasks() if task.get_name().startswith("ring-") and not task.cancelling()
    ]


async def test_a_development_replies_to_the_last_one(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    channel = fake.world.channel_id
    first = await ringer.ring(order(channel))
    await ringer.ring(order(channel, replace(USUAL, alert_id=43), reply_to=first.ref))
    assert fake.world.messages(channel)[1]["message_reference"]["message_id"] == first.ref


async def test_a_reply_to_a_deleted_message_is_a_plain_message(
    fake: FakeDiscord, ringer: DiscordRinger
) -> None:
    channel = fake.world.channel_id
    first = await ringer.ring(order(channel))
    fake.world.delete_message(channel, first.ref)
    await ringer.ring(order(channel, replace(USUAL, alert_id=43), reply_to=first.ref))
    assert len(fake.world.messages(channel)) == 1


async def test_without_history_a_reply_becomes_a_plain_message(
    fake: FakeDiscord, ringer: DiscordRinger
) -> None:
    channel = fake.world.channel_id
    first = await ringer.ring(order(channel))
    fake.world.deny(channel, can.READ_MESSAGE_HISTORY)
    await ringer.ring(order(channel, replace(USUAL, alert_id=43), reply_to=first.ref))
    assert "message_reference" not in fake.world.messages(channel)[1]


async def test_a_deleted_message_is_gone_and_it_alone(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    channel = fake.world.channel_id
    sent = await ringer.ring(order(channel))
    fake.world.delete_message(channel, sent.ref)
    with pytest.raises(MessageGone):
        await ringer.ring(order(channel, ref=sent.ref))


async def test_a_deleted_channel_is_closed(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    fake.world.delete_channel(fake.world.channel_id)
    with pytest.raises(ChannelClosed, match="10003"):
        await ringer.ring(order(fake.world.channel_id))


@pytest.mark.parametrize(
    ("bits", "code"), [(can.VIEW_CHANNEL, "50001"), (can.SEND_MESSAGES, "50013"), (can.EMBED_LINKS, "50013")]
)
async def test_missing_permissions_close_the_channel_until_given(
    fake: FakeDiscord, ringer: DiscordRinger, bits: int, code: str
) -> None:
    fake.world.deny(fake.world.channel_id, bits)
    with pytest.raises(ChannelClosed, match=code):
        await ringer.ring(order(fake.world.channel_id))
    fake.world.deny(fake.world.channel_id, 0)
    await ringer.ring(order(fake.world.channel_id, attempted=True))
    assert len(fake.world.messages(fake.world.channel_id)) == 1


async def test_a_forum_takes_no_plain_message(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    with pytest.raises(ChannelClosed, match="50008"):
        await ringer.ring(order(fake.world.forum_id))


async def test_an_outage_is_tried_later(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    fake.faults.order(Fault("status", "POST", "/messages$", status=503))
    with pytest.raises(TryLater, match="503"):
        await ringer.ring(order(fake.world.channel_id))


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_a_short_rate_limit_is_waited_out(
    fake: FakeDiscord, ringer: DiscordRinger, scope: object
) -> None:
    fake.faults.order(Fault("limit", "POST", "/messages$", scope=scope, retry_after=0.05))
    await ringer.ring(order(fake.world.channel_id))
    assert len(fake.world.messages(fake.world.channel_id)) == 1


async def test_a_long_rate_limit_is_told_with_its_time(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    fake.faults.order(Fault("limit", "POST", "/messages$", retry_after=900.0))
    with pytest.raises(TryLater) as caught:
        await ringer.ring(order(fake.world.channel_id))
    assert caught.value.retry_after == 900.0


async def test_a_shield_before_discord_is_tried_later(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    fake.faults.order(Fault("limit", "POST", "/messages$", retry_after=60.0, via=False))
    with pytest.raises(TryLater) as caught:
        await ringer.ring(order(fake.world.channel_id))
    assert caught.value.retry_after == 60.0


async def test_a_used_up_route_is_awaited_not_hammered(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    fake.limits.rules["POST /channels/{channel}/messages"] = (2, 0.3)
    for number in range(5):
        await ringer.ring(order(fake.world.channel_id, replace(USUAL, alert_id=number)))
    assert {one.status for one in fake.requests("POST", "/messages")} == {200}
    assert fake.invalid_requests == 0


async def test_an_old_message_without_edits_left_gets_a_reply(
    fake: FakeDiscord, ringer: DiscordRinger
) -> None:
    channel = fake.world.channel_id
    sent = await ringer.ring(order(channel))
    fake.world.clock.advance(2 * 3600)
    fake.world.old_edits_allowed = 0
    replied = await ringer.ring(order(channel, replace(USUAL, source_count=5), ref=sent.ref))
    assert replied != sent
    assert fake.world.messages(channel)[1]["message_reference"]["message_id"] == sent.ref
    assert len(fake.requests("PATCH", sent.ref)) == 1  # not tried again and again


async def test_such_a_reply_is_not_doubled_by_a_crash(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    channel = fake.world.channel_id
    sent = await ringer.ring(order(channel))
    fake.world.clock.advance(2 * 3600)
    fake.world.old_edits_allowed = 0
    first = await ringer.ring(order(channel, replace(USUAL, source_count=5), ref=sent.ref))
    fake.world.clock.advance(600)  # the nonce is forgotten; the record of the reply was never made
    again = await ringer.ring(order(channel, replace(USUAL, source_count=6), ref=sent.ref))
    assert again == first
    assert len(fake.world.messages(channel)) == 2


async def test_a_message_discord_never_takes_is_refused(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    with pytest.raises(Refused, match="50035"):
        await ringer.ring(order(fake.world.channel_id, nonce="n" * 26))


async def test_before_the_login_it_asks_for_patience(fake: FakeDiscord) -> None:
    with pytest.raises(TryLater):
        await DiscordRinger(DiscordClient()).ring(order(fake.world.channel_id))


async def test_a_withdrawn_token_is_nobodys_message_s_fault(fake: FakeDiscord, ringer: DiscordRinger) -> None:
    fake.world.token = "another"
    with pytest.raises(TryLater, match="401"):
        await ringer.ring(order(fake.world.channel_id))


async def test_the_lookup_survives_a_restart(fake: FakeDiscord, connect: Connect) -> None:
    fake.faults.order(Fault("drop", "POST", "/messages$"))
    async with connect(fake, DiscordClient(guild_wait=0.05)) as before:
        with pytest.raises(TryLater):
            await DiscordRinger(before).ring(order(fake.world.channel_id))
    fake.world.clock.advance(3600)
    async with connect(fake, DiscordClient(guild_wait=0.05)) as after:
        await DiscordRinger(after).ring(order(fake.world.channel_id, attempted=True))
    assert len(fake.world.messages(fake.world.channel_id)) == 1
