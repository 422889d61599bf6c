"""Keeps requests on the public internet: each host name is resolved once per request, checked, and that address used.

A feed or a redirect could otherwise point us at a cloud's metadata service or at machines behind the firewall.
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl

import httpx

MAX_ADDRESSES = 4
"""How many addresses of one host are tried in turn."""


class AddressRefused(Exception):
    """The host has an address that may not be reached. Says nothing more."""


def is_reachable(address: str, *, allow_loopback: bool) -> bool:
    """Say whether an IP address may be connected to.

    Only global unicast addresses may, also when they are written inside IPv6 (mapped, 6to4, NAT64); with
    `allow_loopback` 127.0.0.1 and ::1 may as well, and no other loopback address.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if allow_loopback and str(ip) in {"127.0.0.1", "::1"}:
        return True
    return all(part.is_global and not part.is_multicast for part in (ip, *_embedded(ip)))


def _embedded(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    found = [part for part in (ip.ipv4_mapped, ip.sixtofour) if part is not None]
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return found


async def resolve(host: str, port: int, *, allow_loopback: bool) -> list[str]:
    """Give the addresses of a host to be tried in turn, all of them checked; none where it does not resolve.

    Raises:
        AddressRefused: Any of its addresses is not to be reached.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    if not all(is_reachable(address, allow_loopback=allow_loopback) for address in addresses):
        raise AddressRefused
    return addresses[:MAX_ADDRESSES]


class PinnedTransport(httpx.AsyncBaseTransport):
    """Connects to the address it checked. TLS still verifies the host name.

    One pool a host: connections are kept by address, and two hosts behind one address must not share a TLS session.
    """

    def __init__(self, *, allow_loopback: bool) -> None:
        """Make no connection yet."""
        self._allow_loopback = allow_loopback
        self._ssl = ssl.create_default_context()
        self._pools: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the pinned address.

        Raises:
            AddressRefused: Any address of the host is not to be reached.
            httpx.TransportError: The host does not resolve or cannot be reached.
        """
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = await self._resolve(host, port)
        if host not in self._pools:
            self._pools[host] = httpx.AsyncHTTPTransport(verify=self._ssl)
        request.extensions = {**request.extensions, "sni_hostname": host}
        for address in addresses[:-1]:
            request.url = request.url.copy_with(host=address)
            with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._pools[host].handle_async_request(request)
        request.url = request.url.copy_with(host=addresses[-1])
        return await self._pools[host].handle_async_request(request)

    async def _resolve(self, host: str, port: int) -> list[str]:
        addresses = await resolve(host, port, allow_loopback=self._allow_loopback)
        if not addresses:
            raise httpx.ConnectError("host not found")
        return addresses

    async def aclose(self) -> None:
        """Close every pool."""
        for pool in self._pools.values():
            await pool.aclose()
