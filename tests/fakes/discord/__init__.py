"""A loopback server that speaks Discord: REST v10 and the gateway, for the real discord.py.

What a bot does to a Discord server can be tested against it without an account, a token or the
network. It keeps a small world (a guild, its channels, messages, commands), enforces Discord's
rules on it (limits, permissions, nonces, tokens that expire) and can be ordered to fail.

    async with FakeDiscord() as fake:
        ...                      # point the client at fake.api, log in with fake.world.token
        fake.faults.order(Fault("drop", method="POST", path="/messages"))
        fake.world.messages(channel_id)

As a process of its own: `python -m tests.fakes.discord --port N --state FILE`.

A request's way: server.py (log, token, faults, rate limits) → one of the route modules
(account, guilds, channels, messages, threads, commands, interactions) → world.py, which keeps
everything and tells gateway.py what to dispatch.
"""

from tests.fakes.discord.calls import Exchange
from tests.fakes.discord.errors import ApiError
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.records import Interaction, Stored
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import World

__all__ = ["ApiError", "Exchange", "FakeDiscord", "Fault", "Interaction", "Stored", "World"]
