"""What appears in the logs of servers: addresses, agents and identifiers that are nobody's."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from ..column import Array, Maker, Making, Setting
from .chances import Slots, part, slots
from .record import Record, record_stream, record_words
from .strings import Index, fixed_width, join, strings, take

__all__ = ["Network", "Uuid"]

Words = npt.NDArray[np.uint64]


class Network(Record):
    """A device and what it asks for: its addresses, its browser and a page."""

    kind: Literal["network"]
    field: Literal["ipv4", "ipv6", "mac", "user_agent", "url"] = Field(
        default="ipv4", description="What of the device the column holds."
    )
    addresses: Literal["documentation", "private"] = Field(
        default="documentation",
        description="Which IPv4 addresses: `documentation` takes the three networks that RFC 5737 keeps for "
        "examples, 768 addresses; `private` takes 10.0.0.0/8.",
    )

    def maker(self, setting: Setting) -> Maker:
        if self.field == "ipv4" and self.addresses == "private":
            return self.made(partial(_private_ipv4, self.of))
        return self.made(partial(_FIELDS[self.field], self.of))

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.addresses != "documentation" and self.field != "ipv4":
            raise ValueError("`addresses` is for the field `ipv4` alone")
        return self


class Uuid(Record):
    """An identifier of 122 random bits: RFC 4122, version 4."""

    kind: Literal["uuid"]

    @property
    def is_key(self) -> bool:
        return True

    def maker(self, setting: Setting) -> Maker:
        return self.made(partial(_uuid, self.of))


def _uuid(of: str, making: Making) -> Array:
    data = _octets(record_stream(making, of, "uuid").words(2))
    data[:, 6] = data[:, 6] & 0x0F | 0x40
    data[:, 8] = data[:, 8] & 0x3F | 0x80
    characters = np.full((len(data), 36), ord("-"), dtype=np.uint8)
    for start, first, count in ((0, 0, 4), (9, 4, 2), (14, 6, 2), (19, 8, 2), (24, 10, 6)):
        characters[:, start : start + 2 * count] = _hexadecimal(data[:, first : first + count])
    return fixed_width(characters)


def _octets(words: Words) -> npt.NDArray[np.uint8]:
    """Return the bytes of words, the highest first, on any machine."""
    width = 8 * math.prod(words.shape[1:])
    return words.astype(">u8").view(np.uint8).reshape(len(words), width).copy()


def _hexadecimal(octets: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return two characters for each byte."""
    return _pairs()[octets].view(np.uint8)


@lru_cache(maxsize=1)
def _pairs() -> npt.NDArray[np.uint16]:
    """Return the two characters of each byte as one number, so that one look-up gives both."""
    text = "".join(f"{octet:02x}" for octet in range(256))
    return np.frombuffer(text.encode(), dtype=np.uint16)


def _mac(of: str, making: Making) -> Array:
    # 00-00-5E-00-53-00 to -FF are for documentation (RFC 7042); too few, so addresses that a network gives
    # itself: the second-lowest bit of the first byte says so.
    data = _octets(record_words(making, of, "mac"))[:, 2:]
    data[:, 0] = data[:, 0] & 0xFC | 0x02
    characters = np.full((len(data), 17), ord(":"), dtype=np.uint8)
    pairs = _hexadecimal(data)
    characters[:, 0::3], characters[:, 1::3] = pairs[:, 0::2], pairs[:, 1::2]
    return fixed_width(characters)


def _ipv4(of: str, making: Making) -> Array:
    return take(_documentation(), _scaled(making, of, "ipv4", 0, len(_documentation())))


@lru_cache(maxsize=1)
def _documentation() -> Array:
    """Return the addresses of the three networks of RFC 5737."""
    networks = ("192.0.2", "198.51.100", "203.0.113")
    return strings([f"{network}.{host}" for network in networks for host in range(256)])


def _private_ipv4(of: str, making: Making) -> Array:
    words = record_words(making, of, "ipv4")
    low = part(words, 16, 8)
    return join(
        "10.", take(_halves("{}.{}."), part(words, 0)), take(strings(list(map(str, range(256)))), low)
    )


@lru_cache
def _halves(form: str) -> Array:
    """Return text for all two bytes."""
    return strings([form.format(*divmod(number, 256)) for number in range(65_536)])


def _ipv6(of: str, making: Making) -> Array:
    # Without groups of zero, which RFC 5952 would have shortened.
    words = record_stream(making, of, "ipv6").words(2)
    groups = [part(words[:, number % 2], number // 2 * 16) % 65_535 for number in range(6)]
    return join("2001:db8", *(take(_groups(), group) for group in groups))


@lru_cache(maxsize=1)
def _groups() -> Array:
    return strings([f":{number:x}" for number in range(1, 65_536)])


def _user_agent(of: str, making: Making) -> Array:
    agents, by_share = _agent_table()
    return take(agents, by_share[part(record_words(making, of, "agent"), 0)])


@lru_cache(maxsize=1)
def _agent_table() -> tuple[Array, Slots]:
    agents = _agents()
    return strings(list(agents)), slots(list(agents.values()))


def _agents() -> dict[str, int]:
    """Return browsers as they name themselves, with how usual each is."""
    systems = {
        "Windows NT 10.0; Win64; x64": 50,
        "Macintosh; Intel Mac OS X 10_15_7": 20,
        "X11; Linux x86_64": 6,
    }
    found = {}
    for system, share in systems.items():
        for version in range(128, 140):
            engine = f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0"
            found[f"{engine} Safari/537.36"] = share * 6
            found[f"{engine} Safari/537.36 Edg/{version}.0.0.0"] = share
            firefox = f"Mozilla/5.0 ({system.replace('_', '.')}; rv:{version}.0) Gecko/20100101"
            found[f"{firefox} Firefox/{version}.0"] = share
    for version in range(128, 140):
        found[
            f"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{version}.0.0.0 Mobile Safari/537.36"
        ] = 260
    for release in ("17.4", "17.5", "17.6", "18.0", "18.1", "18.2", "18.3", "18.4", "18.5"):
        system = f"iPhone; CPU iPhone OS {release.replace('.', '_')} like Mac OS X"
        webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
        found[f"Mozilla/5.0 ({system}) {webkit} Version/{release} Mobile/15E148 Safari/604.1"] = 240
        mac = "Macintosh; Intel Mac OS X 10_15_7"
        found[f"Mozilla/5.0 ({mac}) {webkit} Version/{release} Safari/605.1.15"] = 60
    return found


def _url(of: str, making: Making) -> Array:
    tables = _url_parts()
    return join(
        *(
            take(table, _scaled(making, of, "url", 16 * place, len(table)))
            for place, table in enumerate(tables)
        )
    )


_HOSTS = ("www.example.com", "shop.example.com", "blog.example.org", "www.example.org", "example.net")
_SECTIONS = (
    "news",
    "products",
    "articles",
    "help",
    "about",
    "events",
    "guides",
    "recipes",
    "reviews",
    "archive",
)
_PAGES = (
    "start",
    "overview",
    "summer",
    "winter",
    "details",
    "prices",
    "contact",
    "gallery",
    "updates",
    "index",
)


@lru_cache(maxsize=1)
def _url_parts() -> tuple[Array, Array, Array]:
    ends = ["", *(f"-{number}" for number in range(1, 100))]
    return (
        strings([f"https://{host}/" for host in _HOSTS]),
        strings([f"{section}/" for section in _SECTIONS]),
        strings([page + end for page in _PAGES for end in ends]),
    )


def _scaled(making: Making, of: str, what: str, first: int, count: int) -> Index:
    found: Index = part(record_words(making, of, what), first) * count >> 16
    return found


_FIELDS: Mapping[str, Callable[[str, Making], Array]] = {
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "mac": _mac,
    "user_agent": _user_agent,
    "url": _url,
}
