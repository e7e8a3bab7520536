"""Values as Exchange's cmdlets write them: switches, sizes, proxy addresses."""

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from msgspec import UnsetType

from connectors.columnar.addresses import ascii_domain, compared
from rules.unknown import Unknown

Flag: TypeAlias = bool | str | None | UnsetType
Text: TypeAlias = str | None | UnsetType
Texts: TypeAlias = list[str] | str | None | UnsetType

_PROXIES = frozenset({"SMTP:", "smtp:"})
_BYTES = re.compile(r"\(([0-9][0-9,.\s]*) bytes\)")


def switch(value: Any) -> Any:
    """A switch; True and False written as text are read too, all else stays as it came."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


def size_bytes(value: str) -> int | None | Unknown:
    """A size such as `36 MB (37,748,736 bytes)` in bytes; None for `Unlimited`."""
    if value.strip().lower() == "unlimited":
        return None
    found = _BYTES.search(value)
    digits = re.sub(r"\D", "", found[1]) if found else ""
    if digits:
        return int(digits)
    return Unknown(
        reason=f"The size {value[:60]!r} cannot be read.",
        remedy="Look the value up in the Exchange admin centre.",
    )


def listed(value: Texts) -> Sequence[str]:
    """Several texts: a list, one text, or nothing."""
    if isinstance(value, list):
        return value
    return (value,) if isinstance(value, str) else ()


def smtp_addresses(proxies: Sequence[str], primary: Any) -> dict[str, bool]:
    """Each email address, lower-case, with whether it is the primary one.

    Among proxies, `SMTP:` in capitals marks the primary address; `primary` names it outright.
    """
    found: dict[str, bool] = {}
    for proxy in proxies:
        # Millions pass here, nearly all of them with one of two beginnings.
        kind = proxy[:5]
        if kind not in _PROXIES and kind.lower() != "smtp:":
            continue
        address = proxy[5:].strip()
        if address:
            folded = address.lower() if address.isascii() else compared(address)
            found[folded] = kind == "SMTP:" or found.get(folded, False)
    if isinstance(primary, str) and (address := primary.strip()):
        folded = address.lower() if address.isascii() else compared(address)
        if not found.get(folded) or sum(found.values()) != 1:
            found = dict.fromkeys(found, False)
            found[folded] = True
    return found


def domain_of(address: str) -> str:
    """The domain of an address as it is compared, whatever prefix such as `smtp:` it has."""
    return ascii_domain(address.rpartition("@")[2].strip().rstrip("."))
