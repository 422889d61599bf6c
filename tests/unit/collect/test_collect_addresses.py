"""Where requests may go, and what robots.txt says about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.addresses import is_reachable
from listening.collect.robots import read_robots


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",  # cloud metadata
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",  # carrier-grade NAT
        "0.0.0.0",
        "127.0.0.2",
        "224.0.0.1",
        "255.255.255.255",
        "fd00:ec2::254",  # metadata over IPv6
        "fe80::1%eth0",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",  # 169.254.169.254 through NAT64
        "2002:7f00:1::",  # 127.0.0.1 through 6to4
        "not an address",
        "",
    ],
)
@pytest.mark.parametrize("allow_loopback", [True, False])
def test_addresses_that_are_not_public_are_refused_even_where_loopback_is_allowed(
    address: str, allow_loopback: bool
) -> None:
    assert not is_reachable(address, allow_loopback=allow_loopback)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_loopback_is_reached_only_where_it_is_allowed(address: str) -> None:
    assert is_reachable(address, allow_loopback=True)
    assert not is_reachable(address, allow_loopback=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_reached(address: str) -> None:
    assert is_reachable(address, allow_loopback=False)


@given(st.ip_addresses(v=4).map(str))
def test_an_address_hidden_in_ipv6_is_judged_no_milder_than_itself(address: str) -> None:
    if not is_reachable(address, allow_loopback=False):
        assert not is_reachable(f"::ffff:{address}", allow_loopback=True)


RULES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 5\n\nUser-agent: listening\nDisallow: /no-listening\n"


def test_the_group_that_names_us_is_ours() -> None:
    robots = read_robots(200, RULES)
    assert robots is not None
    assert not robots.allows("https://a.example/no-listening/feed.xml")
    assert robots.allows("https://a.example/private/feed.xml")
    assert robots.allows("https://a.example/feed.xml")


def test_the_crawl_delay_is_read() -> None:
    robots = read_robots(200, b"User-agent: *\nCrawl-delay: 5\n")
    assert robots is not None
    assert robots.crawl_delay_s == 5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_no_robots_txt_allows_everything(status: int) -> None:
    robots = read_robots(status, b"User-agent: *\nDisallow: /")
    assert robots is not None
    assert robots.allows("https://a.example/feed.xml")
    assert robots.crawl_delay_s == 0


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 302, 204])
def test_an_unreachable_robots_txt_allows_nothing(status: int) -> None:
    assert read_robots(status, b"") is None


@given(st.binary(max_size=500))
def test_no_robots_txt_breaks_the_reader(body: bytes) -> None:
    robots = read_robots(200, body)
    assert robots is not None
    robots.allows("https://a.example/feed.xml")
    assert robots.crawl_delay_s >= 0
