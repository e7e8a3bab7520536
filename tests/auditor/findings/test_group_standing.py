"""How the mailboxes of one group stand: what breaks them, what leaves it open, what is neither."""

from types import SimpleNamespace

import pytest

from auditor.findings.group_standing import standing_of
from rules.verdict import Fail, Pass

RULES = {
    "stopping": SimpleNamespace(effect="stops", severity="error"),
    "unsupported": SimpleNamespace(effect="unsupported", severity="error"),
    "advised": SimpleNamespace(effect="unsupported", severity="warning"),
    "degrading": SimpleNamespace(effect="degrades", severity="error"),
}
FAILS = Fail("It fails.", ())


class Bearing:
    """What bears on a group: `borne` by its profile and the like, `open` by its own verdicts.

    `at_worst` are its own failures that may stop it by what was not read.
    """

    def __init__(
        self, borne=(), borne_open=False, own_open=False, shown=(), perhaps=(), at_worst=()
    ):
        self.borne = SimpleNamespace(is_open=borne_open, weights=dict(borne), verdicts=())
        self.own_open, self.showing, self.perhaps = own_open, shown, perhaps
        self.at_worst = at_worst

    def on(self, configuration):
        return self.borne

    def shown(self, mailbox):
        return self.showing

    def is_open(self, verdicts, rules):
        return self.own_open

    def contradicted(self, rule, verdict, mailbox, shown):
        return any(RULES[each] is rule for each in shown)

    def may_be_contradicted(self, rule, verdict, mailbox, shown):
        return any(RULES[each] is rule for each in self.perhaps)

    def leaves_open(self, rule, verdict):
        return any(RULES[each] is rule for each in self.at_worst)


def stands(*failing, **bearing):
    verdicts = {id: FAILS if id in failing else Pass("It is fine.", ()) for id in RULES}
    group = SimpleNamespace(configuration=SimpleNamespace(mailbox=None), verdicts=verdicts)
    return standing_of(Bearing(**bearing), group, RULES)


@pytest.mark.parametrize(
    ("failing", "bearing", "standing", "weights", "is_open"),
    [
        ((), {}, None, {}, False),
        (("stopping",), {}, "broken", {"stopping": "stops"}, False),
        (("unsupported",), {}, "unsupported", {"unsupported": "unsupported"}, False),
        (
            ("stopping", "unsupported"),
            {},
            "broken",
            {"stopping": "stops", "unsupported": "unsupported"},
            False,
        ),
        # Neither advice nor what only degrades keeps a mailbox from working.
        (("advised", "degrading"), {}, None, {}, False),
        # What bears on it from elsewhere counts like its own.
        ((), {"borne": {7: "stops"}}, "broken", {}, False),
        ((), {"borne": {7: "unsupported"}}, "unsupported", {}, False),
        ((), {"borne_open": True}, "unknown", {}, True),
        ((), {"own_open": True}, "unknown", {}, True),
        # What is unknown hides that it is unsupported, and never that it is broken.
        (("unsupported",), {"own_open": True}, "unknown", {"unsupported": "unsupported"}, True),
        (("stopping",), {"borne_open": True}, "broken", {"stopping": "stops"}, True),
        # Dynamics 365 shows that it works all the same, or may show it.
        (("stopping",), {"shown": ("stopping",)}, None, {}, False),
        (("stopping",), {"perhaps": ("stopping",)}, "unknown", {}, True),
        (("degrading",), {"perhaps": ("degrading",)}, None, {}, False),
        # A failure that is mild at best may stop it at worst.
        (("degrading",), {"at_worst": ("degrading",)}, "unknown", {}, True),
        (
            ("unsupported",),
            {"at_worst": ("unsupported",)},
            "unknown",
            {"unsupported": "unsupported"},
            True,
        ),
        (
            ("degrading",),
            {"at_worst": ("degrading",), "shown": ("degrading",)},
            None,
            {},
            False,
        ),
    ],
)
def test_how_a_group_stands(failing, bearing, standing, weights, is_open):
    assert stands(*failing, **bearing) == (standing, weights, is_open)
