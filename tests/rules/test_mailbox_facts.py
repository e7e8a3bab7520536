"""What a mailbox does by server-side synchronization, told by the method of each direction."""

import pytest

from rules.option_sets import ActMethod, EmailMethod
from tests.rules.facts import MISSING, mailbox

METHODS = {
    "synchronizes_incoming": ("incoming_method", EmailMethod),
    "synchronizes_outgoing": ("outgoing_method", EmailMethod),
    "synchronizes_appointments": ("act_method", ActMethod),
}


@pytest.mark.parametrize(("does", "method", "options"), [(k, *v) for k, v in METHODS.items()])
def test_a_direction_synchronizes_by_its_own_method_alone(does, method, options):
    for option in options:
        others = {other: kind.NONE for other, kind in METHODS.values() if other != method}
        subject = mailbox(**{method: option, **others})
        assert getattr(subject, does) is (option is options.SERVER_SIDE)


@pytest.mark.parametrize(("does", "method"), [(k, v[0]) for k, v in METHODS.items()])
def test_a_method_that_is_not_known_leaves_it_open(does, method):
    assert getattr(mailbox(**{method: MISSING}), does) is MISSING
