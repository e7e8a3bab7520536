"""A refusal names the file, what is wrong, where, and what to do."""

from auditor.snapshots.errors import SnapshotError


def test_the_place_is_said_where_there_is_one() -> None:
    assert str(SnapshotError("s", "it is cut short", "Take it again.", offset=0)) == (
        "s: it is cut short (at byte 0). Take it again."
    )
    assert str(SnapshotError("s", "it is gone", "Find it.")) == "s: it is gone. Find it."
