"""Which email system a host or a mail domain belongs to, by its name alone."""

import ipaddress
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

from msgspec import Struct

from connectors.transport.guard.reachability import is_public
from rules.email_systems import Product


class KnownSystems(Struct, frozen=True):
    """The host names that identify an email system."""

    exchange_online_ews: frozenset[str]
    exchange_online_smtp: frozenset[str]
    shared_with_outlook_com: frozenset[str]
    providers: tuple[tuple[str, Product], ...]
    mail_domains: dict[str, Product]
    exchangers: tuple[tuple[str, Product], ...] = ()
    greetings: tuple[tuple[re.Pattern[str], Product], ...] = ()
    exchange_greetings: tuple[re.Pattern[str], ...] = ()
    exchange_clouds: tuple[str, ...] = ()
    exchange_online_domains: tuple[str, ...] = ()

    def is_exchange_online(self, host: str) -> bool:
        """Whether the host is a published one of Exchange Online."""
        return host in self.exchange_online_ews or host in self.exchange_online_smtp

    def may_be_exchange_online(self, host: str) -> bool:
        """Whether the name leaves it open: a public address, or Microsoft's and on no list."""
        try:
            return is_public(ipaddress.ip_address(host.strip("[]")))
        except ValueError:
            return host.endswith(self.exchange_online_domains) and self.provider(host) is None

    def provider(self, host: str) -> Product | None:
        """The provider whose name the host bears; None: the name tells nothing."""
        for name, product in self.providers:
            if host == name.lstrip(".") or (name.startswith(".") and host.endswith(name)):
                return product
        return None

    def taker(self, exchangers: Iterable[str]) -> Product | None:
        """Whose the mail exchangers of a domain are; None: nobody's on file, or of several."""
        found = {self._exchanger(host) for host in exchangers}
        return found.pop() if len(found) == 1 else None

    def _exchanger(self, host: str) -> Product | None:
        for name, product in self.exchangers:
            if host == name.lstrip(".") or (name.startswith(".") and host.endswith(name)):
                return product
        return None


CONSUMER_OUTLOOK = frozenset({Product.OUTLOOK_COM, Product.MSN, Product.WINDOWS_LIVE_MAIL})


@cache
def known_systems() -> KnownSystems:
    """The names on file."""
    text = resources.files(__package__).joinpath("known_systems.toml").read_text("utf-8")
    table = tomllib.loads(text)
    online = table["exchange_online"]
    return KnownSystems(
        exchange_online_ews=frozenset(online["ews"]),
        exchange_online_smtp=frozenset(online["smtp"]),
        shared_with_outlook_com=frozenset(online["shared_with_outlook_com"]),
        exchange_online_domains=tuple(online["domains"]),
        providers=_pairs(table["providers"]),
        mail_domains={
            domain: Product(product)
            for product, domains in table["mail_domains"].items()
            for domain in domains
        },
        exchangers=_pairs(table["exchangers"]),
        greetings=tuple((_pattern(text), product) for text, product in _pairs(table["greetings"])),
        exchange_greetings=tuple(map(_pattern, table["exchange"]["greetings"])),
        exchange_clouds=tuple(table["exchange"]["cloud"]),
    )


def _pairs(table: dict[str, list[str]]) -> tuple[tuple[str, Product], ...]:
    return tuple((name, Product(product)) for product, names in table.items() for name in names)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
