"""A time limit counts from where the command began, and what it imports is no garbage."""

import subprocess
import sys
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


_COUNTING = """
import gc, sys
from auditor.__main__ import main
gc.collect()
looked = []
gc.callbacks.append(lambda phase, told: looked.append(phase))
main(["explain", "duplicate-address"])
sys.exit(len(looked))
"""


def test_what_a_command_imports_is_not_looked_through_for_garbage() -> None:
    ended = subprocess.run([sys.executable, "-c", _COUNTING], capture_output=True, check=False)
    assert b"duplicate-address" in ended.stdout
    assert ended.returncode == 0, ended


_ENDING = """
import atexit, gc
# What is registered first is called last: right before the collector looks a last time.
atexit.register(lambda: print(len(gc.get_objects()), end=""))
from auditor.__main__ import main
main(["explain", "duplicate-address"])
"""


def test_nor_when_the_process_ends() -> None:
    ended = subprocess.run([sys.executable, "-c", _ENDING], capture_output=True, check=True)
    assert int(ended.stdout.splitlines()[-1]) < 100
