"""A loopback server and a door that may reach it."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.web import Web
from watchers.fetch import Door, Limits

AGENT = "Tocsin-test (+https://example.org/contact)"
QUICK = Limits(connect=2.0, read=0.3, total=2.0, max_bytes=1024 * 1024)


@pytest.fixture
async def server() -> AsyncIterator[Web]:
    """A web server on 127.0.0.1."""
    async with Web() as running:
        yield running


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A door that may reach 127.0.0.1 and nothing else that is private."""
    async with Door(user_agent=AGENT, allow=["127.0.0.1/32"], limits=QUICK) as opened:
        yield opened
