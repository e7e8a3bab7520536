"""An audit that one process sends is the audit that the other one has: in every format."""

import io
from typing import Any

import msgspec
import pytest

from auditor.audit import audit
from auditor.fleet.sent_audits import SentAudit, sent_audit
from auditor.model import Audit
from auditor.plan.first_steps import with_first_steps
from auditor.reports import formats, writer
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.recorded import READ_AT, request


@pytest.fixture(scope="module")
def found() -> Audit:
    boxes = [
        rows.mailbox(f"{n:08}-0000-4000-8000-000000000000", emailaddress=f"{n // 2}@x.example")
        for n in range(6)
    ]
    faults: list[dict[str, Any]] = [{}, {"incomingemailstatus": 2}, {"outgoingemailstatus": 2}]
    broken = [
        rows.mailbox(f"9{n:07}-0000-4000-8000-000000000000", emailaddress="\udcffé", **fault)
        for n, fault in enumerate(faults)
    ]
    undecided = rows.mailbox("80000000-0000-4000-8000-000000000000", statecode=None)
    outside = rows.tables([*boxes, undecided, *broken])
    asked = request(catalogue(), {})
    return audit(asked, outside, lambda: READ_AT, planned=with_first_steps)


def test_every_format_writes_the_same(found: Audit) -> None:
    sent = msgspec.msgpack.encode(sent_audit(found))
    again = msgspec.msgpack.decode(sent, type=SentAudit).audit()
    assert again.cause_count > 0
    for name in formats():
        if writer(name).write_directory is not None:
            continue
        ours, theirs = io.BytesIO(), io.BytesIO()
        writer(name).write(found, ours, exit_code=1)
        writer(name).write(again, theirs, exit_code=1)
        assert theirs.getvalue() == ours.getvalue(), name
    assert again.standings_digest is not None
    assert found.standings_digest is not None
    assert again.standings_digest() == found.standings_digest()
    assert again.undecided is not None
    assert found.undecided is not None
    assert [each.id[0] for each in again.undecided()] == ["8"]
    assert list(again.undecided()) == list(found.undecided())
