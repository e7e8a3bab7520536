"""What findings are about, each with the address of its page in Dynamics 365."""

from collections.abc import Iterator
from functools import cached_property

from msgspec import UnsetType

from auditor.judging.judged import Judged
from auditor.judging.kept_rows import Rows
from auditor.model import Subject, page_of
from rules.facts import Organization

NAMED_BY = ("mailboxid", "name", "emailaddress")
"""The fields of a mailbox's row that make it a subject."""


class Subjects:
    """The subjects of one organisation, `url` being that of its Web API's host."""

    def __init__(self, url: str, organization: Organization) -> None:
        self._url = url.rstrip("/")
        self._organization = organization
        self._mailbox_page = page_of(self._url, "mailbox")

    @cached_property
    def organization(self) -> Subject:
        """The organisation."""
        return Subject(
            "organization", self._organization.id, self._organization.name, "", self._url
        )

    def profile(self, id: str, name: str) -> Subject:
        """One email server profile."""
        page = page_of(self._url, "emailserverprofile")
        return Subject("profile", id, name, "", f"{page}{id}%7D")

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
