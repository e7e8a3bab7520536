"""How to sign in instead of by a password, by the email system behind the profile."""

import pytest

from rules.email_systems import Product
from rules.facts import EmailServerProfile
from rules.sign_in_remedies import (
    ACROSS_TENANTS,
    GMAIL,
    TO_THE_BUILT_IN_PROFILE,
    at_exchange_online,
    without_password,
)
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile


@pytest.mark.parametrize(
    ("subject", "remedy"),
    [
        (profile(same_tenant=False), ACROSS_TENANTS),
        (profile(same_tenant=True), None),
        (profile(same_tenant=MISSING), None),
        (exchange_server_profile(same_tenant=False), None),
        (profile(reaches_exchange_online=MISSING, same_tenant=False), None),
    ],
)
def test_another_tenant_at_exchange_online_takes_an_application_of_its_own(
    subject: EmailServerProfile, remedy: str | None
) -> None:
    assert at_exchange_online(subject) == remedy


@pytest.mark.parametrize(
    ("subject", "remedy"),
    [
        (profile(), TO_THE_BUILT_IN_PROFILE),
        (profile(same_tenant=False), ACROSS_TENANTS),
        (profile(is_exchange_online=False), TO_THE_BUILT_IN_PROFILE),
        (profile(reaches_exchange_online=False), TO_THE_BUILT_IN_PROFILE),
        (profile(is_exchange_online=MISSING, reaches_exchange_online=MISSING), None),
        (pop3_profile(), GMAIL),
        (pop3_profile(outgoing={"product": Product.OTHER}), GMAIL),
        (pop3_profile(Product.YAHOO_MAIL), None),
        (exchange_server_profile(), None),
    ],
)
def test_what_takes_no_password_has_its_own_way(
    subject: EmailServerProfile, remedy: str | None
) -> None:
    assert without_password(subject) == remedy
