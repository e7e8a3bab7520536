import pytest

from rules.email_systems import Protocol
from rules.health.port_of_another_protocol import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile
from tests.rules.gravity import gravity


def judged(incoming=995, outgoing=587, protocol=Protocol.POP3, **changes):
    return check(
        pop3_profile(
            incoming={"port": incoming, "protocol": protocol},
            outgoing={"port": outgoing},
            **changes,
        )
    )


@pytest.mark.parametrize(
    ("protocol", "port", "expected"),
    [
        (Protocol.POP3, 995, "pass"),
        (Protocol.POP3, 110, "pass"),
        (Protocol.POP3, None, "pass"),
        (Protocol.POP3, 1995, "pass"),
        (Protocol.POP3, 993, "fail"),
        (Protocol.POP3, 587, "fail"),
        (Protocol.IMAP, 993, "pass"),
        (Protocol.IMAP, 995, "fail"),
    ],
)
def test_only_the_port_of_another_protocol_is_wrong(protocol, port, expected):
    assert outcome(judged(port, protocol=protocol)) == expected


@pytest.mark.parametrize(
    ("port", "expected"), [(587, "pass"), (465, "pass"), (25, "pass"), (995, "fail"), (143, "fail")]
)
def test_the_outgoing_port_is_smtp_s(port, expected):
    verdict = judged(outgoing=port)
    assert outcome(verdict) == expected
    if expected == "fail":
        assert f"Port {port} (outgoing)" in verdict.message


def test_with_the_same_settings_no_outgoing_port_is_entered():
    assert outcome(judged(outgoing=995, same_settings_for_outgoing=True)) == "pass"


@pytest.mark.parametrize("other", [profile(), exchange_server_profile()])
def test_exchange_is_not_meant(other):
    assert outcome(check(other)) == "not-applicable"


def test_what_is_not_known_is_undetermined():
    for changes in (
        {"incoming": MISSING},
        {"outgoing": MISSING},
        {"outgoing": 995, "same_settings_for_outgoing": MISSING},
    ):
        with pytest.raises(Undecided):
            judged(**changes)
    assert outcome(judged(993, outgoing=MISSING)) == "fail"


def test_how_grave_its_failure_is():
    assert gravity("port-of-another-protocol") == ("error", "stops")
