"""The end of a run: people are told, and the history notes that they were.

Of a run that ends before, or of which a report could not be written, it does not: the next run
tells again what it found.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.cli.audits.notifying import Receivers
from auditor.cli.audits.remembering import Memory
from auditor.model import Audit
from auditor.process.remote_files import Place

if TYPE_CHECKING:
    from auditor.differences import Difference


def announce(
    audit: Audit,
    difference: "Difference | None",
    exit_code: int,
    written: Sequence[Place],
    receivers: Receivers,
    memory: Memory,
    *,
    is_written: bool,
) -> None:
    """Tell the receivers of a run. `is_written`: every report was; `difference` None: not stored.

    Messages of earlier runs that did not arrive are sent too.
    """
    owed = None if difference is None else memory.owed(audit)
    if owed is None:
        receivers.notify(audit, exit_code, written)
        return
    left = receivers.notify(audit, exit_code, written, owed)
    if not is_written:
        # Its own message is not owed: the next run says the same again.
        left = {each: owed[each] for each in left if each in owed}
    memory.announce(audit, left, again=not is_written)
