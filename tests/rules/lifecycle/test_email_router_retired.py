import pytest

from rules.lifecycle.email_router_retired import check
from rules.option_sets import EmailConnectionChannel
from rules.unknown import Undecided
from tests.rules.facts import MISSING, organization
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import days_before, on, told

ROUTER = organization(email_connection_channel=EmailConnectionChannel.EMAIL_ROUTER)


@pytest.mark.parametrize(
    ("days", "expected"), [(181, "warning"), (1, "warning"), (0, "error"), (-2000, "error")]
)
def test_the_router_stopped_on_its_day(days, expected):
    assert told(check(ROUTER, days_before("2021-04-12", days))) == expected


@pytest.mark.parametrize(("days", "expected"), [(181, "pass"), (180, "warning"), (0, "warning")])
def test_its_deprecation_is_no_more_than_a_warning(days, expected):
    assert told(check(ROUTER, days_before("2018-07-17", days))) == expected


def test_server_side_synchronization_passes():
    assert told(check(organization(), on("2026-11-23"))) == "pass"


def test_an_unknown_channel_is_undetermined():
    with pytest.raises(Undecided):
        check(organization(email_connection_channel=MISSING), on("2026-11-23"))


def test_how_grave_its_failure_is():
    assert gravity("email-router-retired") == ("error", "stops")
