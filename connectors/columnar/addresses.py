"""Email addresses and domains in the form in which they are compared.

Tested in `tests/connectors/columnar/test_addresses.py`.
"""

from functools import lru_cache

import idna


def compared(address: str) -> str:
    """An address without blanks around it, in lower case, its domain as `ascii_domain` gives it.

    >>> compared(" Info@MÜNCHEN.example")
    'info@xn--mnchen-3ya.example'
    """
    address = address.strip()
    if address.isascii():
        return address.lower()
    local, at, domain = address.rpartition("@")
    return f"{local.lower()}@{ascii_domain(domain)}" if at else address.lower()


def matched(text: str) -> str:
    """A name, an address, or a pattern of either, as one is searched for among others.

    >>> matched("*@MÜNCHEN.*")
    '*@xn--mnchen-3ya.*'
    """
    local, at, domain = text.rpartition("@")
    if not at or domain.isascii():
        return text.lower()
    return f"{local.lower()}@{'.'.join(map(ascii_domain, domain.split('.')))}"


def ascii_domain(domain: str) -> str:
    """A domain in lower case, its labels as name servers know them: `xn--...` for all but ASCII.

    A domain that is not valid stays as it is, in lower case. Sources: RFC 5891; "Unicode IDNA
    Compatibility Processing" (UTS 46), nontransitional, in which `ß` is not `ss`.
    """
    return domain.lower() if domain.isascii() else _encoded(domain)


@lru_cache(1024)
def _encoded(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return domain.lower()
