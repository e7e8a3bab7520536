"""Which email system a host or a mail domain belongs to, by its name alone."""

import tomllib
from functools import cache
from importlib import resources

from msgspec import Struct

from rules.email_systems import Product


class KnownSystems(Struct, frozen=True):
    """The host names that identify an email system."""

    exchange_online_ews: frozenset[str]
    exchange_online_smtp: frozenset[str]
    shared_with_outlook_com: frozenset[str]
    providers: tuple[tuple[str, Product], ...]
    mail_domains: dict[str, Product]

    def is_exchange_online(self, host: str) -> bool:
        """Whether the host is a published one of Exchange Online."""
        return host in self.exchange_online_ews or host in self.exchange_online_smtp

    def is_consumer_outlook(self, host: str) -> bool:
        """Whether the host serves Outlook.com, MSN or Windows Live, and nothing else."""
        return self.provider(host) in CONSUMER_OUTLOOK

    def provider(self, host: str) -> Product | None:
        """The provider whose name the host bears; None: the name tells nothing."""
        for name, product in self.providers:
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
        providers=tuple(
            (name, Product(product))
            for product, names in table["providers"].items()
            for name in names
        ),
        mail_domains={
            domain: Product(product)
            for product, domains in table["mail_domains"].items()
            for domain in domains
        },
    )
