"""Ways to sign in: which one fits where, and which keys each needs."""

from collections.abc import Mapping
from typing import Any, Final

from auditor.configuration.decoding import suggest
from auditor.configuration.lines import Key
from auditor.configuration.problems import Problems

# Each alternative is a set of keys of which all are needed; one alternative is enough.
NEEDS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "client-secret": (("tenant", "client_id", "client_secret"),),
    "certificate": (("tenant", "client_id", "certificate"),),
    "managed-identity": ((),),
    "workload-identity": ((),),
    "device-code": (("tenant", "client_id"),),
    "interactive": (("tenant", "client_id"),),
    "adfs": (
        ("authority", "client_id", "username", "password"),
        ("authority", "client_id", "client_secret"),
        ("authority", "client_id", "certificate"),
    ),
    "ntlm": (("username", "password"),),
    "basic": (("username", "password"),),
    # Without a name, the Kerberos ticket of the account that runs the program.
    "negotiate": (("username", "password"), ()),
}
EXAMPLES: Final[Mapping[str, str]] = {
    "tenant": '"contoso.onmicrosoft.com"',
    "client_id": '"00000000-0000-0000-0000-000000000000"',
    "client_secret": '"env:CONTOSO_SECRET"',
    "certificate": '"file:contoso.pem"',
    "authority": '"https://sts.contoso.com/adfs"',
    "username": '"CONTOSO\\\\svc-audit"',
    "password": '"env:CONTOSO_PASSWORD"',
}

MICROSOFT_365: Final = (
    "client-secret",
    "certificate",
    "managed-identity",
    "workload-identity",
    "device-code",
    "interactive",
)
DYNAMICS: Final = (*MICROSOFT_365, "adfs", "ntlm", "negotiate")
EXCHANGE_SERVER: Final = ("ntlm", "basic", "negotiate", "client-secret")


def check_method(
    table: Mapping[str, Any], allowed: tuple[str, ...], key: Key, to: Problems
) -> None:
    """Note a way to sign in that is unknown or unfit for the place, or that lacks a key."""
    method = table.get("method")
    if not isinstance(method, str) or not method.strip():
        return
    if method not in allowed:
        place = "is not a way to sign in here"
        to.add(
            (*key, "method"),
            f"{place}; write one of {', '.join(allowed)}"
            + (suggestion if (suggestion := suggest(method, allowed)).endswith("?") else ""),
        )
        return
    missing = [[name for name in alternative if name not in table] for alternative in NEEDS[method]]
    takes_account = any("username" in alternative for alternative in NEEDS[method])
    if takes_account and ("username" in table) != ("password" in table):
        lacking = "password" if "username" in table else "username"
        missing = [[lacking, *(name for name in missing[0] if name != lacking)]]
    for name in min(missing, key=len):
        to.add((*key, name), f"is missing: {method} needs it; write for example {EXAMPLES[name]}")
