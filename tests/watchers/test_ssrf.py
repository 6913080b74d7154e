"""What the door refuses to connect to. docs/security.md lists the same attempts with the same results."""

import socket
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.fakes.web import Web
from tests.watchers.conftest import AGENT, QUICK
from watchers.errors import AddressRefused, BadSource, FetchError, WatcherError
from watchers.fetch import Door
from watchers.politeness import Manners

# What it is, the host as written in the address, and how it is refused: as unreadable (BadSource) or,
# by the address about to be connected to, as not public (AddressRefused).
SPELLINGS = [
    ("loopback", "127.0.0.1", AddressRefused),
    ("loopback, short", "127.1", BadSource),
    ("loopback, decimal", "2130706433", BadSource),
    ("loopback, hexadecimal", "0x7f000001", BadSource),
    ("loopback, octal parts", "0177.0.0.01", BadSource),
    ("loopback, mixed parts", "0x7f.1", BadSource),
    ("loopback, ideographic dots", "127。0。0。1", AddressRefused),
    ("loopback, IPv6", "[::1]", AddressRefused),
    ("loopback, IPv6 in full", "[0:0:0:0:0:0:0:1]", AddressRefused),
    ("loopback, IPv4-mapped", "[::ffff:127.0.0.1]", AddressRefused),
    ("loopback, IPv4-mapped in hexadecimal", "[::ffff:7f00:1]", AddressRefused),
    ("loopback, IPv4-compatible", "[::127.0.0.1]", AddressRefused),
    ("loopback, NAT64", "[64:ff9b::127.0.0.1]", AddressRefused),
    ("loopback, 6to4", "[2002:7f00:1::]", AddressRefused),
    ("loopback, by name", "localhost", AddressRefused),
    ("loopback, by name with a dot", "localhost.", FetchError),  # some resolvers do not know it
    ("this network", "0.0.0.0", AddressRefused),
    ("this network, IPv6", "[::]", AddressRefused),
    ("cloud metadata", "169.254.169.254", AddressRefused),
    ("cloud metadata, decimal", "2852039166", BadSource),
    ("cloud metadata, NAT64", "[64:ff9b::a9fe:a9fe]", AddressRefused),
    ("private 10/8", "10.0.0.1", AddressRefused),
    ("private 172.16/12", "172.31.255.255", AddressRefused),
    ("private 192.168/16", "192.168.1.1", AddressRefused),
    ("carrier-grade NAT", "100.64.0.1", AddressRefused),
    ("benchmarks", "198.18.0.1", AddressRefused),
    ("multicast", "224.0.0.1", AddressRefused),
    ("broadcast", "255.255.255.255", AddressRefused),
    ("unique local IPv6", "[fd00::1]", AddressRefused),
    ("link-local IPv6", "[fe80::1]", AddressRefused),
    ("Teredo", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", AddressRefused),
    ("documentation IPv6", "[2001:db8::1]", AddressRefused),
]


class Scripted(AbstractResolver):
    """A resolver that gives each look-up the next of its answers, and the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked.append(host)
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        """Nothing to let go."""


@pytest.fixture
async def strict() -> object:
    """A door without any network of its own."""
    async with Door(user_agent=AGENT, limits=QUICK) as opened:
        yield opened


@pytest.mark.parametrize(("what", "host", "refusal"), SPELLINGS)
async def test_no_spelling_of_an_inner_address_is_connected_to(
    strict: Door, server: Web, what: str, host: str, refusal: type[WatcherError]
) -> None:
    with pytest.raises(refusal):
        await strict.get(f"http://{host}:{server.port}/")
    assert not server.asked


async def test_full_width_digits_are_no_host(strict: Door) -> None:
    with pytest.raises(BadSource):
        await strict.get("http://１２７.0.0.1/")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "unix:/run/x"]
)
async def test_only_http_and_https_are_spoken(strict: Door, url: str) -> None:
    with pytest.raises(BadSource, match="http"):
        await strict.get(url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://[::1]/", "//10.0.0.1/x"]
)
async def test_a_redirect_inwards_is_not_followed(door: Door, server: Web, status: int, target: str) -> None:
    with pytest.raises(AddressRefused):
        await door.get(server.redirect("/feed", target, status))


async def test_a_name_that_leads_inwards_only_the_second_time_is_refused_then() -> None:
    """Rebinding: 127.0.0.1 stands for the outside here, 127.0.0.2 for the inside."""
    async with Web() as outside, Web("127.0.0.2") as inside:
        names = Scripted(["127.0.0.1"], ["127.0.0.2"])
        outside.serve("/feed", "outside", headers={"Connection": "close"})
        url = f"http://rebind.example:{outside.port}/feed"
        async with Door(
            user_agent=AGENT,
            allow=["127.0.0.1/32"],
            limits=QUICK,
            manners=Manners(interval=0),
            resolver=names,
            dns_ttl=0,
        ) as door:
            assert (await door.get(url)).body == b"outside"
            with pytest.raises(AddressRefused, match=r"127\.0\.0\.2"):
                await door.get(url)
    assert len(names.asked) == 2
    assert not inside.asked


async def test_an_inner_address_among_outer_ones_is_not_tried() -> None:
    async with Web("127.0.0.2") as inside:
        names = Scripted(["127.0.0.1", "127.0.0.2"])  # nobody listens at the first one's port
        async with Door(user_agent=AGENT, allow=["127.0.0.1/32"], limits=QUICK, resolver=names) as door:
            with pytest.raises(FetchError):
                await door.get(f"http://mixed.example:{inside.port}/feed")
        assert not inside.asked


async def test_only_the_allowed_network_opens(server: Web) -> None:
    async with Web("127.0.0.2") as other, Door(user_agent=AGENT, allow=["127.0.0.2"], limits=QUICK) as door:
        assert (await door.get(other.serve("/", "allowed"))).body == b"allowed"
        with pytest.raises(AddressRefused):
            await door.get(server.url("/"))


def test_an_allow_list_that_is_no_network_is_told() -> None:
    with pytest.raises(WatcherError, match=r"192\.168\.1\.0/24"):
        Door(user_agent=AGENT, allow=["my network"])


def test_the_table_in_the_documentation_lists_every_spelling() -> None:
    """docs/security.md says for each what these tests see."""
    results = {BadSource: "refused when read", AddressRefused: "refused when connecting"}
    table = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
    for what, host, refusal in SPELLINGS:
        assert f"| {what} | `http://{host}/` | {results.get(refusal, 'refused, or not known')} |" in table
