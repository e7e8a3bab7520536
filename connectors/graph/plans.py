"""Which licence plans bring an Exchange Online mailbox.

Source: Microsoft Entra, "Product names and service plan identifiers for licensing" (plan ids).
Many plans of the service `exchange` bring none: Exchange Foundation, archiving, and the like.
"""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

MAILBOX_PLANS = frozenset(
    {
        "9aaf7827-d63c-4b61-89c3-182f06f82e5c",  # EXCHANGE_S_STANDARD
        "efb87545-963c-4e0d-99df-69c6916d9eb0",  # EXCHANGE_S_ENTERPRISE
        "4a82b400-a79f-41a4-b4e2-e94f5787b113",  # EXCHANGE_S_DESKLESS
        "1126bef5-da20-4f07-b45e-ad25d2581aa8",  # EXCHANGE_S_ESSENTIALS
        "d42bdbd6-c335-4231-ab3d-c8f348d5aff5",  # EXCHANGE_L_STANDARD
        "90927877-dcff-4af6-b346-2332c0b15bb7",  # EXCHANGE_B_STANDARD
        "fc52cc4b-ed7d-472d-bbe7-b081c23ecc56",  # EXCHANGE_S_STANDARD_MIDMARKET
        "e9b4930a-925f-45e2-ac2a-3f7788ca6fdd",  # EXCHANGE_S_STANDARD_GOV
        "8c3069c0-ccdb-44be-ab77-986203a67df2",  # EXCHANGE_S_ENTERPRISE_GOV
        "88f4d7ef-a73b-4246-8047-516022144c9f",  # EXCHANGE_S_DESKLESS_GOV
    }
)
FOUNDATION = "113feb6c-3fe4-4440-bddc-54d774bf0318"
_IN_FORCE = frozenset({"enabled", "warning"})
UNLISTED = "unlisted"
"""The account has a plan of Exchange whose contents this release does not know."""


class Plan(Struct, frozen=True, gc=False):
    """One plan of an account (Microsoft Graph, *assignedPlan*); each value as it came."""

    assignedDateTime: Any = UNSET
    capabilityStatus: Any = UNSET
    service: Any = UNSET
    servicePlanId: Any = UNSET


def holds_mailbox_plan(plans: list[Plan] | None | UnsetType) -> Any:
    """Whether one of an account's plans brings a mailbox; `UNLISTED`, null and UNSET are open."""
    if plans is UNSET or plans is None:
        return plans
    found = False
    unlisted = False
    for plan in plans:
        # An account has dozens of plans, few of them of this service.
        if plan.service != "exchange" and (
            str(plan.service).lower() != "exchange"
            if isinstance(plan.service, str)
            else str(plan.servicePlanId).lower() not in MAILBOX_PLANS
        ):
            continue
        id = str(plan.servicePlanId or "").lower()
        if not isinstance(plan.capabilityStatus, str):
            # Whether it is in force is not told, so it shows neither a licence nor that none is.
            unlisted = unlisted or id != FOUNDATION
            continue
        if plan.capabilityStatus.lower() not in _IN_FORCE:
            continue
        # A plan that is told without its id is what its service says.
        found = found or not id or id in MAILBOX_PLANS
        unlisted = unlisted or (id not in MAILBOX_PLANS and id != FOUNDATION)
    return True if found else UNLISTED if unlisted else False
