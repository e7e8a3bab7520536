"""Why a finding changed: what changed in the tenant, apart from what judges it."""

from collections.abc import Callable, Mapping

from auditor.differences.settings_changes import RecordChanges
from auditor.differences.values import Change, Reason, Run, SettingChange
from auditor.model import Subject


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
        if self.changes.known:
            return "date"
        return "setting"

    def _is_another_rule(self, rule: str) -> bool:
        old, new = self._old_rules.get(rule), self._new_rules.get(rule)
        if new is None:
            return False
        version_changed = self._old is not None and self._old.tool_version != self._new.tool_version
        return old != new or version_changed
