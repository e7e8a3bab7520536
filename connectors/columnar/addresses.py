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
    return f"{local.casefold()}@{ascii_domain(domain)}" if at else address.casefold()


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
