"""A time limit counts from where the command began."""

import time

from auditor.__main__ import main
from auditor.process import beginning


def test_what_happens_between_counts() -> None:
    beginning.begin()
    ends_at = beginning.ends_at(5)
    assert ends_at is not None
    time.sleep(0.02)
    assert beginning.ends_at(5) == ends_at
    assert ends_at - time.monotonic() < 4.99
    assert beginning.ends_at(None) is None


def test_each_command_begins_anew() -> None:
    beginning.begin()
    before = beginning.ends_at(0)
    time.sleep(0.02)
    main(["--version"])
    after = beginning.ends_at(0)
    assert before is not None
    assert after is not None
    assert after > before
