"""Snapshots: everything that was read, in one file, to be judged again without a server.

`recording` writes one as an audit reads, `open_snapshot` gives its pages back, `verify` proves it
untouched. The format is described in docs/snapshot-format.md. A snapshot holds pages,
never facts or verdicts.

Modules without a test file of their own name: tested in
`tests/auditor/snapshots/test_round_trip.py` and `tests/auditor/snapshots/test_damage.py`.
"""

from auditor.snapshots.contents import Header
from auditor.snapshots.errors import SnapshotError
from auditor.snapshots.one_mailbox import of_mailbox
from auditor.snapshots.recorder import Recorder, recording
from auditor.snapshots.snapshot import Snapshot, is_snapshot, open_snapshot
from auditor.snapshots.verification import Verification, verify

__all__ = [
    "Header",
    "Recorder",
    "Snapshot",
    "SnapshotError",
    "Verification",
    "is_snapshot",
    "of_mailbox",
    "open_snapshot",
    "recording",
    "verify",
]
