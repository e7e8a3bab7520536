"""A difference as JSON, in the published shape."""

from typing import Any, BinaryIO

import msgspec

from auditor.differences import Difference, MailboxChange
from auditor.reports.shared.json_text import encode


def write(difference: Difference, out: BinaryIO) -> None:
    """Write one JSON object."""
    out.write(encode(shaped(difference)))
    out.write(b"\n")


def shaped(difference: Difference) -> dict[str, Any]:
    """The published shape of a difference."""
    shape = msgspec.to_builtins(difference)
    # It is of the environment and no part of what changed; metrics tell it.
    del shape["last_complete_at"]
    shape["mailboxes"] = [_mailbox(each) for each in difference.mailboxes]
    return dict(shape)


def _mailbox(of: MailboxChange) -> dict[str, Any]:
    return {
        "id": of.id,
        "name": of.name,
        "address": of.address,
        "standing": {"before": of.standing.before, "after": of.standing.after},
    }
