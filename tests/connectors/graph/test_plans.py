"""Which licence plans bring an Exchange Online mailbox."""

import pytest
from msgspec import UNSET

from connectors.graph.plans import (
    FOUNDATION,
    MAILBOX_PLANS,
    UNLISTED,
    Plan,
    holds_mailbox_plan,
)

STANDARD = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"


def plan(id: str | None, status: str = "Enabled", service: str = "exchange") -> Plan:
    return Plan(servicePlanId=id, capabilityStatus=status, service=service)


@pytest.mark.parametrize(
    ("plans", "expected"),
    [
        ([plan(STANDARD)], True),
        ([plan(STANDARD.upper(), service="Exchange")], True),
        ([plan(STANDARD, "Warning")], True),
        ([plan(STANDARD, "Deleted")], False),
        ([plan(STANDARD, "Suspended")], False),
        ([plan(STANDARD, service="SharePoint")], False),
        ([plan(FOUNDATION)], False),
        ([plan("other")], UNLISTED),
        ([plan("other"), plan(STANDARD)], True),
        ([plan(FOUNDATION), plan("other")], UNLISTED),
        ([plan(None)], True),
        ([Plan(service=["exchange"])], False),
        ([Plan(service="exchange", capabilityStatus="Enabled", servicePlanId=7)], UNLISTED),
        ([Plan(service="exchange", capabilityStatus="Enabled")], True),
        ([Plan(service="exchange", servicePlanId=STANDARD)], UNLISTED),
        ([Plan(service="exchange", servicePlanId=FOUNDATION)], False),
        ([Plan(capabilityStatus="Enabled", servicePlanId=STANDARD)], True),
        ([Plan(capabilityStatus="Enabled", servicePlanId="other")], False),
        ([Plan(capabilityStatus="Enabled", servicePlanId=STANDARD, service="crm")], False),
        ([plan(STANDARD, service="crm"), plan(STANDARD)], True),
        ([plan(STANDARD), plan(FOUNDATION)], True),
        ([plan("other"), plan(FOUNDATION)], UNLISTED),
        ([plan("other", "Suspended")], False),
        ([Plan(service="exchange", servicePlanId=FOUNDATION), plan("other")], UNLISTED),
        ([Plan(service="exchange"), plan(FOUNDATION)], UNLISTED),
        ([Plan(service="exchange"), plan(STANDARD)], True),
        ([plan("other"), Plan(service="exchange", servicePlanId=FOUNDATION)], UNLISTED),
        ([], False),
        (None, None),
        (UNSET, UNSET),
    ],
)
def test_a_plan_in_force_that_brings_a_mailbox_counts(plans, expected):
    assert holds_mailbox_plan(plans) is expected


def test_the_foundation_brings_none():
    assert FOUNDATION not in MAILBOX_PLANS
