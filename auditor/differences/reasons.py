"""Why a finding changed: what changed in the tenant, apart from what judges it."""

import datetime
from collections.abc import Callable, Mapping
from functools import cache

from auditor.differences.settings_changes import RecordChanges
from auditor.differences.values import Change, Reason, Run, SettingChange
from auditor.model import Subject
from rules.dates import Dates, load_dates
from rules.rule import catalogue


class Circumstances:
    """What is known of two audits beside their findings.

    `rules` tell one version of a rule from another, by its id, before and after. `profile_of`
    gives the id of a mailbox's profile.
    """

    def __init__(
        self,
        old: Run | None,
        new: Run,
        changes: RecordChanges,
        old_rules: Mapping[str, str],
        new_rules: Mapping[str, str],
        profile_of: Callable[[str], str | None],
    ) -> None:
        self.changes = changes
        self._old = old
        self._new = new
        self._old_rules = old_rules
        self._new_rules = new_rules
        self._profile_of = profile_of

    def settings(self, subject: Subject) -> tuple[SettingChange, ...]:
        """The settings that changed and bear on the subject."""
        return self.changes.bearing_on(subject, self._profile_of)

    def reason(self, change: Change, subject: Subject, rule: str, *, hidden: bool) -> Reason:
        """What the change rests on; `hidden`: one of the two audits did not judge it."""
        if change in ("waived", "waiver-expired"):
            return "waiver"
        if self.changes.is_gone(subject):
            return "subject-gone"
        if hidden:
            return "source"
        if self._old is None or self.changes.is_added(subject) or self.settings(subject):
            return "setting"
        if self._old.edition != self._new.edition:
            return "edition"
        if self._is_another_rule(rule):
            return "rule"
        if self.changes.known and _is_judged_otherwise(rule, self._old.as_of, self._new.as_of):
            return "date"
        return "setting"

    def _is_another_rule(self, rule: str) -> bool:
        old, new = self._old_rules.get(rule), self._new_rules.get(rule)
        if new is None:
            return False
        version_changed = self._old is not None and self._old.tool_version != self._new.tool_version
        return old != new or version_changed


@cache
def _is_judged_otherwise(rule: str, before: str, after: str) -> bool:
    """Whether time alone may change what the rule says of one record: days are ISO 8601.

    Ages change with every run, retirements on their days alone. What another source tells of the
    record, such as Exchange Online or the name servers, is no matter of time.
    """
    judged = next((each for each in catalogue() if each.id == rule), None)
    if judged is None:
        return False
    if any(fact is Dates for _, fact in judged.needs):
        on_file = load_dates()
        entries = [on_file[rule]] if rule in on_file else on_file.values()
        days = [datetime.date.fromisoformat(each) for each in (before, after)]
        return any(len({*map(step.standing, days)}) > 1 for each in entries for step in each.steps)
    return any(each.unit == "duration" or each.name.endswith("_days") for each in judged.thresholds)
