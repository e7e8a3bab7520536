"""What the auditor's user may change: only in the tables that an audit reads."""

import responses

from connectors.dynamics.tables.write_privileges import NAMES, write_privileges
from tests.connectors.dynamics.web_api import WebApi


@responses.activate
def test_privileges_to_change_are_named_in_their_order_and_others_are_not() -> None:
    api = WebApi(depth="Basic")
    known = ("prvWriteMailbox", "prvCreateQueue", "prvReadMailbox")
    listed = [{"privilegeid": f"ID-{name}", "name": name} for name in known]
    api.gives("privileges", {"value": listed})
    api.holds(*known)
    assert write_privileges(api.dynamics) == ("prvCreateQueue", "prvWriteMailbox")


def test_every_verb_that_changes_is_asked_for_and_none_that_reads() -> None:
    assert {"prvCreateMailbox", "prvShareUser", "prvApproveRejectEmailAddress"} <= set(NAMES)
    assert not any(name.startswith("prvRead") for name in NAMES)
