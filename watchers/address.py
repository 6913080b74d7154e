"""Which addresses a source may live at: public ones, and the networks that the operator allows.

The tables are our own rather than `ipaddress.is_global`, whose answers changed between patch
releases of Python. They follow the IANA special-purpose registries for IPv4 and IPv6.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from watchers.errors import AddressRefused, BadSource

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata service of many clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")  # all that is assigned for global unicast
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
# Forms that carry an IPv4 address which the packet may really go to, and how far from the right it stands.
_CARRIES_V4 = (
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("::ffff:0:0:0/96"), 0),  # IPv4-translated
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)


def unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 form carries (mapped, translated, NAT64, 6to4), else `address` itself."""
    if isinstance(address, IPv6Address):
        for network, shift in _CARRIES_V4:
            if address in network:
                return IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether `address`, unwrapped, is one of the open internet."""
    address = unwrap(address)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    return address in _PUBLIC_V6 and not any(address in network for network in _NOT_PUBLIC_V6)


class AddressRule:
    """Decides about one address at a time. `allow`: networks in CIDR notation, else BadSource is raised."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        try:
            self._allowed: tuple[Network, ...] = tuple(ip_network(text) for text in allow)
        except ValueError as error:
            raise BadSource(f"[fetch] allow: {error}; write networks such as 192.168.1.0/24") from error

    def allows(self, address: Address) -> bool:
        """Whether the operator's own networks contain `address` or what it carries."""
        return any(
            form in network
            for form in (address, unwrap(address))
            for network in self._allowed
            if network.version == form.version
        )

    def check(self, address: str) -> None:
        """Raise AddressRefused unless `address` (as the socket layer spells it) may be connected to."""
        parsed = ip_address(address)
        if self.allows(parsed) or is_public(parsed):
            return
        raise AddressRefused(
            f"the name leads to {parsed}, which is not a public address; if this network is your own, "
            "add it to [fetch] allow in the configuration file"
        )

    def is_own_host(self, host: str) -> bool:
        """Whether `host` (of a URL, without brackets) is literally one of the operator's own networks."""
        host = host.rstrip(".")
        if host == "localhost":
            host = "127.0.0.1"
        try:
            return self.allows(ip_address(host))
        except ValueError:
            return False
