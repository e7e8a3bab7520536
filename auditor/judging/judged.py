"""One verdict on a subject that is not a mailbox.

Tested in `tests/auditor/findings/test_standing.py`.
"""

from msgspec import Struct

from rules.rule import Rule
from rules.verdict import Verdict


class Judged(Struct, frozen=True):
    """One verdict on a subject that is not a mailbox; `id` is empty for the organisation."""

    rule: Rule
    id: str
    name: str
    verdict: Verdict
