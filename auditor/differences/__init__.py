"""Differences between two audits of one environment: what broke, what works again, and why.

The contract of the room: `compare` makes a `Difference` of two audits at hand (reports, snapshots),
the history makes one of a stored run and the runs before it; both go by `transitions`, so that they
agree. Writers for people show the mailboxes first; they find the difference by `difference_of`.
Nothing here reads a server or judges a rule.

Modules without a test file of their own name: tested in `tests/auditor/differences/`.
"""

from auditor.differences.compared import Compared, compared, difference_of
from auditor.differences.mailboxes import Mailboxes
from auditor.differences.values import (
    Change,
    Difference,
    FindingChange,
    MailboxChange,
    Moved,
    Reason,
    Run,
    SettingChange,
    SubjectChange,
    Value,
)

__all__ = [
    "Change",
    "Compared",
    "Difference",
    "FindingChange",
    "MailboxChange",
    "Mailboxes",
    "Moved",
    "Reason",
    "Run",
    "SettingChange",
    "SubjectChange",
    "Value",
    "compared",
    "difference_of",
]
