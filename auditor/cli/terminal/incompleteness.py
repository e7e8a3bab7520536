"""What a person is told of an audit that could not read everything: one line, never silenced."""

from auditor.model import Audit
from auditor.reports.shared.ranking import unread
from auditor.reports.shared.text import plain
from auditor.reports.shared.wording import STATUSES

_SHOWN = 2


def unread_line(audit: Audit) -> str:
    """The sources that were not read completely, with the reason and remedy of the first ones."""
    found = unread(audit)
    total = sum(len(each.names) for each in found)
    which = "every configured source" if not _any_read(audit) else f"{total} of {_asked(audit)}"
    parts = []
    for each in found[:_SHOWN]:
        names = ", ".join(each.names[:3]) + (", ..." if len(each.names) > 3 else "")
        parts.append(
            f"{names} {STATUSES[each.status]}: {_sentence(each.reason)} {each.remedy}".strip()
        )
    more = f" And {len(found) - _SHOWN} more in the report." if len(found) > _SHOWN else ""
    noun = "" if not _any_read(audit) else " sources"
    return plain(
        f"{audit.environment.name}: incomplete: {which}{noun} not read completely."
        f" {' '.join(parts)}{more}"
    )


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _any_read(audit: Audit) -> bool:
    return any(each.status in ("read", "partial") for each in audit.sources)


def _asked(audit: Audit) -> int:
    return sum(each.status != "not-configured" for each in audit.sources)
