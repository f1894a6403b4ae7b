"""The addresses that deliveries may go to: the form of a URL, and the network addresses that are refused.

The rule is asked twice. When an endpoint is made, of the URL alone (no name is looked up: a rule must not wait). When something
is sent, of every address that the name has at that moment; the connection then goes to one of these very addresses, so what the
name means a moment later counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNICAST = IPv6Network("2000::/3")
"""The range of all public addresses of IPv6 (RFC 4291, 2.4). Outside are, among others, those with IPv4 in them (RFC 6052)."""
BEYOND_PRIVATE: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "168.63.129.16/32",  # the host of virtual machines at Azure: a public address by its number
            "192.0.0.0/24",  # protocol assignments (RFC 6890), one of them metadata at Oracle
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "2001::/23",  # protocol assignments (RFC 2928), Teredo among them
            "2002::/16",  # 6to4: IPv4 within IPv6
            "3fff::/20",  # documentation (RFC 9637)
        ),
    )
)
"""Refused beside what Python's ``ipaddress`` calls not global (RFC 6890: private, loopback, link-local with 169.254.169.254,
shared, unspecified, reserved), whose lists differ between versions."""


class Unfit(ValueError):
    """A URL that nothing can be sent to; the message says why, in both languages."""


class Forbidden(Exception):
    """An address that nothing may be sent to; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Target(NamedTuple):
    """The parts of a URL. ``path`` has the query with it."""

    secure: bool
    host: str
    port: int
    path: str


class Allowed(NamedTuple):
    """The networks and schemes that the settings allow."""

    http: bool = False
    networks: tuple[Network, ...] = ()


def allowed(settings: Mapping[str, Any]) -> Allowed:
    """Return what the plugin's settings allow. Raises ``ValueError`` for a text that is no network."""
    return Allowed(settings["http"], tuple(ip_network(network) for network in settings["networks"]))


def read(url: str) -> Target:
    """Return the parts of a URL. Raises ``Unfit``."""
    if not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise Unfit("Chỉ dùng ký tự ASCII, tên miền viết dạng xn--. / Write it in ASCII, a name of other letters as xn--…")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unfit("Không phải URL. / This is no URL.") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("https", "http") or not host or port == 0:
        raise Unfit("Phải là địa chỉ https://… / It must be an address https://…")
    if "@" in parts.netloc:
        raise Unfit("URL không được chứa tên và mật khẩu. / A name and password must not stand in it.")
    if "#" in url:
        raise Unfit("URL không được có phần #. / It must not have a part after #.")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def fitting(url: str, allow: Allowed) -> Target:
    """Return the parts of a URL that may be sent to as far as it can be told without looking its name up. Raises
    ``Forbidden``."""
    target = read(url)
    if not target.secure and not allow.http:
        raise Forbidden("not-https")
    literal = _literal(target.host)
    if literal is not None and not public(literal, allow.networks):
        raise Forbidden("address-refused")
    return target


def checked(addresses: Iterable[str], allow: Allowed) -> list[str]:
    """Return the addresses of a name, if all of them may be sent to: a name that mixes is up to something. Raises
    ``Forbidden``."""
    unique = list(dict.fromkeys(addresses))
    if not unique:
        raise Forbidden("no-such-host")
    if not all((literal := _literal(address)) is not None and public(literal, allow.networks) for address in unique):
        raise Forbidden("address-refused")
    return unique


def public(address: Address, networks: Iterable[Network] = ()) -> bool:
    """Return whether an address is everybody's, or in one of these networks. IPv4 in an IPv6 guise is judged as IPv4."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in networks):
        return True
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in BEYOND_PRIVATE)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
