"""The connections below the door: a connector that looks at every address it is about to connect to.

aiohttp does not ask a resolver about literal addresses, and a name may answer differently the next
time, so the only place that sees what is really connected to is where the socket is made.
"""

import asyncio
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from watchers.address import AddressRule

AddrInfo = tuple[int, int, int, str, tuple[object, ...]]
RESOLVER_THREADS = 16


class PooledResolver(AbstractResolver):
    """The system's resolver on threads of its own: a dead name server must not starve the parsers."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolver")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of `host`; raises OSError."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _look_up, host, port, family)

    async def close(self) -> None:
        """Let the threads go; a look-up under way is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=int(address[1]),
            family=kind,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, address in found
    ]


def guarded_session(
    rule: AddressRule, tls: ssl.SSLContext, resolver: AbstractResolver, dns_ttl: int
) -> aiohttp.ClientSession:
    """A session that connects only where `rule` allows, keeps no cookies and reads no environment.

    `dns_ttl`: seconds for which a look-up is remembered; 0 looks up each time. It sets no limit to the
    number of connections: the caller takes turns. A refusal leaves the connector as AddressRefused,
    since the connector takes only an OSError or a RuntimeError for a reason to try the next address.
    """

    def guarded_socket(info: AddrInfo) -> socket.socket:
        family, kind, proto, _, address = info
        rule.check(str(address[0]))
        sock = socket.socket(family, kind, proto)
        sock.setblocking(False)
        return sock

    connector = aiohttp.TCPConnector(
        ssl=tls,
        resolver=resolver,
        use_dns_cache=dns_ttl > 0,
        ttl_dns_cache=dns_ttl,
        limit=0,
        socket_factory=guarded_socket,
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
