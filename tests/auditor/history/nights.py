"""Audits of a small organisation, night by night, each stored as it would be after a run."""

import datetime
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from auditor.audit import audit
from auditor.differences.settings import RecordSettings
from auditor.differences.values import Difference
from auditor.history.history import History
from auditor.model import Audit
from auditor.request import Waiver
from rules.rule import Rule, catalogue
from tests.auditor.recorded import Recorded, request

FIRST_DAY = datetime.date(2026, 11, 23)


class Night:
    """One audit with the settings that it read."""

    def __init__(
        self,
        number: int,
        outside: Recorded,
        *,
        environment: str = "contoso",
        waivers: Sequence[Waiver] = (),
        rules: tuple[Rule, ...] | None = None,
        **changes: Any,
    ) -> None:
        day = FIRST_DAY + datetime.timedelta(days=number)
        started_at = f"{day.isoformat()}T03:00:00Z"
        asked = replace(
            request(rules or catalogue(), {}),
            environment=environment,
            run_id=f"{environment}-{number:04}",
            started_at=started_at,
            as_of=day,
            waivers=tuple(waivers),
            **changes,
        )
        self.settings = RecordSettings()
        self.audit: Audit = audit(asked, self.settings.watching(outside), lambda: started_at)

    def stored(self, history: History) -> Difference:
        try:
            return history.store(self.audit, self.settings)
        finally:
            self.settings.close()


def told(difference: Difference, rule: str) -> list[tuple[str, str, str]]:
    """What became of the findings of a rule: subject, change, reason."""
    return [
        (each.subject.id, each.change, each.reason)
        for each in difference.findings
        if each.rule == rule
    ]
