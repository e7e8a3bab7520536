"""An audit together with what changed since the run before it."""

from auditor.differences.values import Difference
from auditor.model import Audit


class Compared(Audit, frozen=True, kw_only=True):
    """An audit that knows what changed. Every writer takes it as the audit that it is."""

    difference: Difference


def compared(audit: Audit, difference: Difference | None) -> Audit:
    """The audit with what changed; without a difference it stays as it is."""
    if difference is None:
        return audit
    values = {name: getattr(audit, name) for name in Audit.__struct_fields__}
    return Compared(**values, difference=difference)


def difference_of(audit: Audit) -> Difference | None:
    """What changed since the run before; None: that is not known."""
    return audit.difference if isinstance(audit, Compared) else None
