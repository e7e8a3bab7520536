"""One stored run, as lists and trends show it."""

import re

from msgspec import Struct

from auditor.model import Audit


class Numbers(Struct, frozen=True, kw_only=True):
    """What one run counted. `changes` counts findings by how they changed."""

    mailboxes: int = 0
    synchronizing: int = 0
    working: int = 0
    broken: int = 0
    unknown: int = 0
    unsupported: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    undetermined: int = 0
    waived: int = 0
    still: int = 0
    changes: dict[str, int] = {}


class StoredRun(Struct, frozen=True, kw_only=True):
    """One run of the history; times are UTC, ISO 8601."""

    id: str
    environment: str
    started_at: str
    finished_at: str
    as_of: str
    tool_version: str
    edition: str | None
    complete: bool
    numbers: Numbers
    url: str = ""
    """The address of the organisation."""
    announced: bool = True
    """Whether its reports were written; else it was ended before, or goes on still."""


def is_same_organization(one: str, other: str) -> bool:
    """Whether two addresses have one host and path; capitals, scheme and port are no matter.

    is_same_organization("https://CRM.contoso.com/Org", "http://crm.contoso.com:5555/org/")
    """
    return _place(one) == _place(other)


def _place(url: str) -> str:
    return _PORT.sub("", url.casefold().rpartition("://")[2].rstrip("/"))


_PORT = re.compile(r":\d+(?=/|$)")


def numbers_of(audit: Audit) -> Numbers:
    """What an audit counted; what changed is not known yet."""
    summary = audit.summary
    standing, severities = summary.standing, summary.severities
    return Numbers(
        mailboxes=summary.mailboxes,
        synchronizing=standing.synchronizing,
        working=standing.working,
        broken=standing.broken,
        unknown=standing.unknown,
        unsupported=standing.unsupported,
        errors=severities.error,
        warnings=severities.warning,
        notes=severities.note,
        undetermined=summary.verdicts.undetermined,
        waived=summary.verdicts.waived,
    )
