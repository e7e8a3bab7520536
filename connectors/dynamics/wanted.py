"""Which subjects somebody named, as patterns of their names, addresses and ids.

Tested in `tests/end_to_end/test_only.py`.
"""

from msgspec import Struct


class SubjectPattern(Struct, frozen=True):
    """Subjects of one kind whose name, address or id the glob matches, case ignored."""

    kind: str
    glob: str
