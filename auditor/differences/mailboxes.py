"""What became of the mailboxes of a difference: which stopped working, which are new, which gone.

A mailbox that nobody remembers worked, was not in use, or was not there. What is known of the
records of both audits tells which: only of one that was there, and in use, it is said that it
stopped working.
"""

from collections.abc import Iterator

from auditor.differences.values import Difference, MailboxChange, SettingChange

_DECIDE_USE = frozenset(
    (
        *("statecode", "incomingemaildeliverymethod", "outgoingemaildeliverymethod"),
        *("actdeliverymethod", "_regardingobjectid_value"),
    )
)
"""Settings of a mailbox by which it may have come into use since."""
_SHOW_USE = frozenset(
    (
        *("incomingemailstatus", "outgoingemailstatus", "actstatus"),
        *("enabledforincomingemail", "enabledforoutgoingemail", "enabledforact"),
    )
)
"""Settings by which it is in use once it was tested or enabled, whoever owns it."""
_DECIDE_USE_OF_OWNED = {
    "user": frozenset(("isdisabled", "accessmode", "applicationid", "fullname")),
    "queue": frozenset(("statecode", "emailaddress", "queueviewtype")),
}
"""Settings of the user or queue that owns a mailbox, by which it may have come into use too."""


class Mailboxes:
    """The mailboxes that stand otherwise, each in one of six lists, in the order of the difference.

    `stopped` worked and are broken. `new` were not there before and are broken. `newly_broken` were
    not broken and are, and may not have worked. `deleted` were broken and are not there any more,
    `recovered` were broken and are not. `otherwise` are all others.
    """

    def __init__(self, difference: Difference) -> None:
        self._known = difference.subjects is not None
        self._records = {
            each.subject.id: each
            for each in difference.subjects or ()
            if each.subject.kind == "mailbox"
        }
        self._owners = frozenset(_names_of_owners(difference))
        self.stopped: list[MailboxChange] = []
        self.new: list[MailboxChange] = []
        self.newly_broken: list[MailboxChange] = []
        self.otherwise: list[MailboxChange] = []
        self.recovered: list[MailboxChange] = []
        self.deleted: list[MailboxChange] = []
        for each in difference.mailboxes:
            self._list_of(each).append(each)

    def is_new(self, of: MailboxChange) -> bool:
        """Whether it was not there before."""
        return of.id in self._records and self._records[of.id].change == "added"

    def is_deleted(self, of: MailboxChange) -> bool:
        """Whether it is not there any more."""
        return of.id in self._records and self._records[of.id].change == "deleted"

    def _list_of(self, of: MailboxChange) -> list[MailboxChange]:
        if of.broke:
            if self.is_new(of):
                return self.new
            return self.stopped if self._worked(of) else self.newly_broken
        if of.no_longer_broken:
            return self.deleted if self.is_deleted(of) else self.recovered
        return self.otherwise

    def _worked(self, of: MailboxChange) -> bool:
        """Whether one that is broken, and was not, worked before."""
        if of.standing.before is not None:
            return True
        return (
            self._known
            and not any(map(_may_begin_use, self._changed(of)))
            and self._owners.isdisjoint((of.name, of.address.casefold()))
        )

    def _changed(self, of: MailboxChange) -> tuple[SettingChange, ...]:
        return self._records[of.id].settings if of.id in self._records else ()


def _may_begin_use(setting: SettingChange) -> bool:
    """Whether a mailbox may have come into use by the change of a setting."""
    if setting.field in _SHOW_USE:
        return setting.before is None or not setting.before.value
    return setting.field in _DECIDE_USE


def _names_of_owners(difference: Difference) -> Iterator[str]:
    """The names and addresses of owners whose mailboxes may have come into use.

    By these a mailbox is known to be theirs: Dynamics 365 gives it both, and what changed does not
    tell its owner.
    """
    for each in difference.subjects or ():
        decides = _DECIDE_USE_OF_OWNED.get(each.subject.kind, frozenset())
        if not decides.isdisjoint(setting.field for setting in each.settings):
            yield from filter(None, (each.subject.name, each.subject.address.casefold()))
