"""Commands, completions and forms through the real discord.py; tokens that live as long as Discord's."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands

from bot.discord.client import DiscordClient
from tests.discord.conftest import Connect
from tests.fakes.discord import FakeDiscord

pytestmark = pytest.mark.usefixtures("tree")


@pytest.fixture
async def tree(fake: FakeDiscord, connect: Connect) -> AsyncIterator[app_commands.CommandTree[DiscordClient]]:
    client = DiscordClient(guild_wait=0.05)
    commands = app_commands.CommandTree(client)
    commands.add_command(Shelf(fake))
    async with connect(fake, client):
        await commands.sync()
        await commands.sync(guild=discord.Object(int(fake.world.guild_id)))
        yield commands


class Shelf(app_commands.Group):
    """Things on a shelf."""

    def __init__(self, fake: FakeDiscord) -> None:
        super().__init__(name="shelf", description="Things on a shelf", guild_only=True)
        self.fake = fake

    @app_commands.command(description="Put something on it")
    async def add(self, interaction: discord.Interaction, thing: str, count: int = 1) -> None:
        await interaction.response.send_message(f"{count} {thing}", ephemeral=True)

    @add.autocomplete("thing")
    async def complete(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=typed + end, value=typed + end) for end in ("a", "b")]

    @app_commands.command(description="Take your time")
    async def slow(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        self.fake.world.clock.advance(60)
        await interaction.followup.send("first")
        await interaction.followup.send("second")
        await interaction.edit_original_response(content="first, edited")

    @app_commands.command(description="Come too late")
    async def late(self, interaction: discord.Interaction) -> None:
        self.fake.world.clock.advance(4)
        try:
            await interaction.response.send_message("x")
        except discord.NotFound as error:
            self.fake.world.users["late"] = {"code": error.code}

    @app_commands.command(description="Come much too late")
    async def expired(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self.fake.world.clock.advance(901)
        try:
            await interaction.followup.send("x")
        except discord.HTTPException as error:
            self.fake.world.users["late"] = {"code": error.code, "status": error.status}

    @app_commands.command(description="Ask for more")
    async def form(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Note())


class Note(discord.ui.Modal, title="A note"):
    text: discord.ui.TextInput[discord.ui.View] = discord.ui.TextInput(label="Text", custom_id="text")

    def __init__(self) -> None:
        super().__init__(custom_id="note")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(self.text.value)


async def test_commands_are_registered(fake: FakeDiscord) -> None:
    (shelf,) = fake.world.commands[""]
    assert [option["name"] for option in shelf["options"]] == ["add", "slow", "late", "expired", "form"]
    assert fake.world.commands[fake.world.guild_id] == []


async def test_a_command_is_answered(fake: FakeDiscord) -> None:
    asked = fake.person().command("shelf add", {"thing": "books", "count": 3})
    await fake.until(lambda: asked.shown)
    assert asked.shown[0].payload["content"] == "3 books"
    assert not fake.world.messages(fake.world.channel_id)


async def test_completions_come(fake: FakeDiscord) -> None:
    asked = fake.person().complete("shelf add", "thing", {"thing": "x"})
    await fake.until(lambda: asked.response)
    assert [choice["value"] for choice in asked.choices] == ["xa", "xb"]


async def test_a_deferred_answer_may_take_minutes(fake: FakeDiscord) -> None:
    asked = fake.person().command("shelf slow")
    await fake.until(lambda: len(asked.shown) == 2 and asked.shown[0].payload["content"] == "first, edited")
    assert asked.shown[1].payload["content"] == "second"


@pytest.mark.parametrize(
    ("command", "error"), [("shelf late", {"code": 10062}), ("shelf expired", {"code": 50027, "status": 401})]
)
async def test_tokens_expire(fake: FakeDiscord, command: str, error: dict[str, int]) -> None:
    fake.person().command(command)
    await fake.until(lambda: fake.log[-1].status >= 400)
    # The command's own code runs on after the answer; a command that is answered has surely followed it.
    asked = fake.person().command("shelf add", {"thing": "x"})
    await fake.until(lambda: asked.shown)
    assert fake.world.users["late"] == error


async def test_a_form_is_sent_off(fake: FakeDiscord) -> None:
    asked = fake.person().command("shelf form")
    await fake.until(lambda: asked.response)
    sent = fake.person().submit("note", {"text": "hello"})
    await fake.until(lambda: sent.shown)
    assert sent.shown[0].payload["content"] == "hello"
    assert len(fake.world.messages(fake.world.channel_id)) == 1


async def test_a_bad_command_is_refused(
    fake: FakeDiscord, tree: app_commands.CommandTree[DiscordClient]
) -> None:
    body = [{"name": "Upper", "description": "", "type": 1}]
    with pytest.raises(discord.HTTPException, match="50035"):
        await tree.client.http.bulk_upsert_global_commands(int(fake.world.application_id), body)
