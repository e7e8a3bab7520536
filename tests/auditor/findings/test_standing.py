"""How the mailboxes of an organisation stand: what nobody knows of one is never called idle."""

from msgspec import UNSET

from auditor.audit import audit
from auditor.model import Standing
from tests.auditor import rows
from tests.auditor.recorded import READ_AT, request

IDLE = {"incomingemaildeliverymethod": 0, "outgoingemaildeliverymethod": 0, "actdeliverymethod": 2}


def standing(*mailboxes: object) -> Standing:
    outside = rows.tables(mailboxes)  # type: ignore[arg-type]
    return audit(request((), {}), outside, lambda: READ_AT).summary.standing


def test_a_mailbox_without_server_side_methods_is_not_in_use() -> None:
    found = standing(rows.mailbox("a", **IDLE), rows.mailbox("b", statecode=1))
    assert found.not_in_use == {"deactivated": 1, "no server-side method": 1}
    assert (found.synchronizing, found.undecided) == (0, 0)


def test_a_mailbox_of_which_the_methods_were_not_told_is_undecided() -> None:
    found = standing(
        rows.mailbox("a", **{**IDLE, "incomingemaildeliverymethod": UNSET}),
        rows.mailbox("b", statecode=None),
        rows.mailbox("c"),
    )
    assert found.not_in_use == {}
    assert (found.synchronizing, found.undecided) == (1, 2)
