"""The work list: for each cause the mailboxes that it keeps from simply working, as CSV.

Causes stand in the order in which to repair them. The mailboxes of one cause stand together, so
that they can be chosen for a bulk edit, or for Test & Enable. What no synchronizing mailbox
suffers from is left to the other formats.

Tested in `tests/auditor/reports/test_csv_report.py`.
"""

from array import array
from contextlib import closing
from typing import BinaryIO

from msgspec import Struct

from auditor.model import Audit, MailboxEntry, RootCause, page_of
from auditor.reports.shared import wording
from auditor.reports.shared.cells import BYTE_ORDER_MARK, line
from auditor.reports.shared.standings import StandingIndex
from auditor.reports.shared.text import text_stream
from connectors.columnar.spool import Spool

FORMAT = "worklist"
EXTENSION = "csv"

COLUMNS = (
    "standing", "effect", "severity", "cause", "rules", "fix", "where", "repairs", "mailboxes",
    "name", "address", "id", "url", "profile", "waived",
)  # fmt: skip


class _Mailbox(Struct, frozen=True, array_like=True):
    """A mailbox as cells, those before its cause and those after."""

    standing: str
    who: str


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one row for each cause and mailbox that does not simply work because of it, or as well.

    A mailbox that is unknown for no cause of its own has one row without a cause, at the end.
    """
    rows = _Rows(audit)
    with text_stream(out) as text, closing(Spool(_Mailbox)) as spool:
        text.write(BYTE_ORDER_MARK + line(list(COLUMNS)) + "\r\n")
        shared, without = _gathered(audit, rows, spool)
        index = StandingIndex(audit)
        for cause in audit.causes():
            if cause.subject.kind == "mailbox":
                if standing := index.of(cause.subject.id):
                    text.write(rows.of_its_own(cause, standing))
                continue
            for place in shared.get(cause.id, ()):
                text.write(rows.of_shared(cause, spool.read(place)))
        for place in without:
            text.write(rows.of_none(spool.read(place)))


def _gathered(
    audit: Audit, rows: "_Rows", spool: "Spool[_Mailbox]"
) -> tuple[dict[str, "array[int]"], "array[int]"]:
    """The places in the spool of each shared cause's mailboxes, and of those without a cause."""
    shared: dict[str, array[int]] = {}
    without = array("Q")
    for entry in audit.mailboxes():
        own = f"mailbox:{entry.id}:"
        causes = [each for each in entry.causes if not each.startswith(own)]
        if causes or not entry.causes:
            place = len(spool)
            spool.add([rows.mailbox(entry)])
            for each in causes:
                shared.setdefault(each, array("Q")).append(place)
            if not entry.causes:
                without.append(place)
    return shared, without


class _Rows:
    """Rows of an audit; what the rows of one cause share is made into cells once."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._titles = {each.rule.id: each.rule.title for each in audit.rules}
        self._page = page_of(audit.environment.url, "mailbox")
        self._of_cause: tuple[str, str, str] = ("", "", "")

    def mailbox(self, entry: MailboxEntry) -> _Mailbox:
        """What every row of a mailbox says of it."""
        profile = entry.profile or ""
        named = self._audit.names.get(profile, profile)
        url = f"{self._page}{entry.id}%7D"
        who = line([entry.name, entry.address, entry.id, url, named])
        return _Mailbox(line([entry.standing]), who)

    def of_its_own(self, cause: RootCause, standing: str) -> str:
        """A row of a cause that lies in the mailbox itself."""
        subject = cause.subject
        who = line([subject.name, subject.address, subject.id, subject.url, ""])
        return f"{line([standing])},{self._cells(cause)},{who},{line([wording.waiver(cause)])}\r\n"

    def of_shared(self, cause: RootCause, mailbox: _Mailbox) -> str:
        """A row of a cause that lies elsewhere."""
        if self._of_cause[0] != cause.id:
            self._of_cause = (cause.id, self._cells(cause), line([wording.waiver(cause)]))
        _, cells, waived = self._of_cause
        return f"{mailbox.standing},{cells},{mailbox.who},{waived}\r\n"

    def of_none(self, mailbox: _Mailbox) -> str:
        """The row of a mailbox that no cause is known of."""
        empty = line([""] * (len(COLUMNS) - 7))
        return f"{mailbox.standing},{empty},{mailbox.who},{line([''])}\r\n"

    def _cells(self, cause: RootCause) -> str:
        titles = [self._titles.get(each, each) for each in cause.rules]
        where = wording.subject(cause.subject)
        return line(
            [
                cause.effect,
                cause.severity,
                "; ".join(titles),
                " ".join(cause.rules),
                " ".join(cause.steps),
                where if cause.subject.kind != "mailbox" else "the mailbox itself",
                str(cause.repairs),
                str(cause.mailboxes),
            ]
        )
