"""What findings are about, each with the address of its page in Dynamics 365.

Tested in `tests/auditor/test_arithmetic.py`.
"""

from collections.abc import Iterator
from functools import cached_property

from msgspec import UnsetType

from auditor.judging.judge_all import Judged
from auditor.judging.kept_rows import Rows
from auditor.model import Subject
from rules.facts import Organization

NAMED_BY = ("mailboxid", "name", "emailaddress")
"""The fields of a mailbox's row that make it a subject."""


class Subjects:
    """The subjects of one organisation, `url` being that of its Web API's host."""

    def __init__(self, url: str, organization: Organization) -> None:
        self._url = url.rstrip("/")
        self._organization = organization
        self._mailbox_page = self._page("mailbox")

    @cached_property
    def organization(self) -> Subject:
        """The organisation."""
        return Subject(
            "organization", self._organization.id, self._organization.name, "", self._url
        )

    def profile(self, id: str, name: str) -> Subject:
        """One email server profile."""
        return Subject("profile", id, name, "", f"{self._page('emailserverprofile')}{id}%7D")

    def mailbox(
        self, id: str, name: str | None | UnsetType, address: str | None | UnsetType
    ) -> Subject:
        """One mailbox."""
        return Subject("mailbox", id, name or "", address or "", f"{self._mailbox_page}{id}%7D")

    def mailboxes(self, rows: Rows) -> Iterator[Subject]:
        """Mailboxes, in the order of their rows, which have the fields `NAMED_BY`."""
        return map(self.mailbox, *(rows.columns[name] for name in NAMED_BY))

    def of(self, judged: Judged) -> Subject:
        """The subject of a verdict that is not about a mailbox."""
        kind = judged.rule.subject
        if kind == "organization":
            return self.organization
        if kind == "profile":
            return self.profile(judged.id, judged.name)
        if kind == "email-system":
            return Subject("email-system", judged.id, judged.name)
        return Subject("tenant", judged.id, judged.name)

    def _page(self, table: str) -> str:
        """How the addresses of the pages of a table's records begin."""
        return f"{self._url}/main.aspx?etn={table}&pagetype=entityrecord&id=%7B"
