"""Which email system answered a probe: by the words, the certificate and the names it showed.

The mail exchanger of a domain alone proves nothing of a host: it tells who takes the domain's
mail, not who answers there.
"""

import base64
import binascii
import re

from msgspec import Struct

from connectors.known_systems import KnownSystems
from connectors.mail_servers.rows import ProbeRow
from rules.email_systems import Product

_SMTP_HOST = re.compile(r"220[ -]\S+")
_NAMES = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z][\w-]+\.?", re.IGNORECASE)
_BRACKETS = re.compile(r"\[([A-Za-z0-9+/=]{8,200})\]")


class Recognised(Struct, frozen=True):
    """The product, and the column of the row that gave it away."""

    product: Product
    column: str


def recognised(row: ProbeRow, known: KnownSystems) -> Recognised | None:
    """The email system behind what a probe saw; None: nothing on file fits."""
    if row.canonical is not None and row.canonical != row.host:
        if row.canonical in known.exchange_online_smtp:
            return Recognised(Product.EXCHANGE_ONLINE, "canonical")
        product = known.provider(row.canonical)
        if product is not None:
            return Recognised(product, "canonical")
    if row.greeting and row.understood:
        if is_exchange_cloud(row.greeting, known):
            # Consumers' Outlook.com greets from the same machines.
            return None
        found = _told(row.greeting, known)
        if found is not None:
            return Recognised(found[0], "greeting")
    return _by_certificate(row, known)


def telling_words(greeting: str, known: KnownSystems) -> str | None:
    """What of a greeting gives its product away; None: it tells of none."""
    found = _told(greeting, known)
    matches = [] if found is None else [found[1]]
    matches += filter(None, (each.match(greeting) for each in known.exchange_greetings))
    return next((each.groupdict().get("words") or each[0] for each in matches), None)


def _told(greeting: str, known: KnownSystems) -> tuple[Product, re.Match[str]] | None:
    """The product that a greeting tells of, unless that is Exchange, and where it does."""
    said = _without_names(greeting)
    for pattern, product in known.greetings:
        # Other servers are known by a word, which may stand in the name that they go by too.
        match = pattern.match(said if product is Product.OTHER else greeting)
        if match is not None:
            return product, match
    return None


def greets_as_exchange(row: ProbeRow, known: KnownSystems) -> bool:
    """Whether the words are those of Exchange, on a server or in the cloud."""
    greeting = row.greeting or ""
    return any(pattern.match(greeting) for pattern in known.exchange_greetings)


def is_exchange_cloud(greeting: str, known: KnownSystems) -> bool:
    """Whether an Exchange greeting names a host of Microsoft's cloud, first or in its brackets."""
    if not any(each.match(greeting) for each in known.exchange_greetings):
        return False
    if greeting.lower().split()[1].endswith(known.exchange_clouds):
        return True
    return cloud_bracket(greeting, known) is not None


def cloud_bracket(greeting: str, known: KnownSystems) -> str | None:
    """The bracket of a greeting that names a host of Microsoft's cloud, as it stands there."""
    found = _BRACKETS.search(greeting)
    if found is None:
        return None
    try:
        host = base64.b64decode(found[1], validate=True).decode("utf-16-le").lower()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return found[0] if host.endswith(known.exchange_clouds) else None


def _without_names(greeting: str) -> str:
    """A greeting without the host that it begins with, and without other names of hosts."""
    return _NAMES.sub(" ", _SMTP_HOST.sub("220 ", greeting))


def _by_certificate(row: ProbeRow, known: KnownSystems) -> Recognised | None:
    """The provider whose own names a publicly trusted certificate bears, and no others' names."""
    if not row.trusted_publicly or not row.certificate_names:
        return None
    products = {known.provider(name.removeprefix("*.")) for name in row.certificate_names}
    product = products.pop()
    if products or product is None:
        return None
    return Recognised(product, "certificate_names")
