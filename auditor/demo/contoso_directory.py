"""What Exchange Online and Entra hold of the demo organisation that is wrong."""

import datetime as dt

from auditor.demo.contoso_cases import Case
from auditor.demo.rows import instant, stable_id
from auditor.demo.schema import Value

EXCHANGE: dict[str, Value] = {
    "EwsEnabled": False,
    "EwsAllowedAppIDs": None,
    "SmtpClientAuthenticationDisabled": False,
    "ImpersonationHolder": "svc-dynamics",
}
"""Settings of the Exchange organisation that differ from a sound one; who may impersonate."""

_AMISS: tuple[tuple[str, str, dict[str, Value]], ...] = (
    ("Ulf Blocked", "microsoft-365-account-disabled", {"enabled": False}),
    ("Una Unlicensed", "exchange-license-missing", {"licensed": False}),
    ("Ute Alias", "address-not-primary", {"alias_of": "ute.new@contoso.example"}),
    (
        "Uwe Outside",
        "mailbox-points-to-external-server",
        {"forwards_to": "uwe@elsewhere.example", "keeps_copy": False},
    ),
    ("Urs Copies", "", {"forwards_to": "urs@elsewhere.example", "keeps_copy": True}),
    ("Ugo Missing", "mailbox-not-in-exchange-online", {"absent": True}),
    ("Ulla Sorts", "inbox-rules-move-email", {"rule_moves_email": True}),
)


def people() -> list[Case]:
    """Give those whose mailbox in Dynamics is sound and whose account or mailbox is not."""
    return [Case(name, rules, {}) for name, rules, _ in _AMISS]


def directory() -> dict[str, dict[str, Value]]:
    """Give what differs from a sound account, by address."""
    found = {_address(name): values for name, _, values in _AMISS}
    found[_address("Yara Colleague0")] = {"ews_enabled": False}
    return found


def applications(now: dt.datetime) -> dict[str, str]:
    """Give the ends of the secrets of registered applications, by application id."""
    return {stable_id("application", "fabrikam"): instant(now + dt.timedelta(days=19, hours=12))}


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@contoso.example"
