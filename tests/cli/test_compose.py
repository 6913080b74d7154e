"""Whose watches the file's are, and what happens while Discord keeps the bot waiting."""

import re
from pathlib import Path

import pytest

from bot.cli import compose
from bot.cli.compose import House, live, opened
from bot.cli.faults import FAULT, LATER, Fault
from bot.terminal.console import Terminal
from config import Settings, load
from storage import guilds, watches
from tests.discord.conftest import the_real_addresses_come_back  # noqa: F401 -- a fixture for every test here
from tests.fakes.discord import FakeDiscord

FILE = "source = []\nevent = []\n[[watch]]\nname = 'w'\nquery = 'rocket'\n"


def settings(place: Path, discord: FakeDiscord | None = None, more: str = "") -> Settings:
    (place / "tocsin.toml").write_text(FILE + more)
    names = {"DISCORD_TOKEN": discord.world.token, "TOCSIN_DISCORD_API": discord.api} if discord else {}
    return load(names, place)


async def nothing(_: House) -> None:
    """A job that is done at once."""


async def owners(found: Settings) -> set[int]:
    """The guilds that have a watch once the file is brought in."""
    async with opened(found, Terminal()) as house:
        await live(house, nothing)
        every = await house.database.read(guilds.every)
        return {one.id for one in every if await house.database.read(watches.of_guild, one.id)}


async def test_without_discord_they_are_the_local_guilds(place: Path) -> None:
    assert await owners(settings(place)) == {guilds.LOCAL}


async def test_they_are_the_only_guilds_that_the_bot_is_in(place: Path) -> None:
    async with FakeDiscord() as discord:
        assert await owners(settings(place, discord)) == {int(discord.world.guild_id)}


async def test_they_are_the_guilds_that_the_file_names(place: Path) -> None:
    async with FakeDiscord() as discord:
        second = discord.world.add_guild("Second")
        found = settings(place, discord, f"[discord]\nguild = {second['id']}\n")
        assert await owners(found) == {int(second["id"])}


@pytest.mark.parametrize(("number", "said"), [(0, "invite it"), (2, "in 2 guilds: say in the file")])
async def test_whose_they_are_must_be_plain(place: Path, number: int, said: str) -> None:
    async with FakeDiscord() as discord:
        if number:
            discord.world.add_guild("Second")
        else:
            discord.world.remove_guild(discord.world.guild_id)
        async with opened(settings(place, discord), Terminal()) as house:
            with pytest.RaisesGroup(pytest.RaisesExc(Fault, match=re.escape(said))) as died:
                await live(house, nothing)
        assert [one.code for one in died.value.exceptions if isinstance(one, Fault)] == [FAULT]


async def test_discord_is_waited_for_within_a_limit(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "READY_SECONDS", 0.01)
    async with FakeDiscord() as discord, opened(settings(place, discord), Terminal()) as house:
        with pytest.raises(Fault, match="try again later") as late:
            await house.connected()
        assert late.value.code == LATER
