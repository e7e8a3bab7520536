"""contacts-import-failed: contacts of the mailbox did not come over."""

from rules.facts import Mailbox
from rules.option_sets import ContactsImport
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="contacts-import-failed",
    title="The import of contacts from Exchange failed",
    kind="health",
    severity="note",
    effect="degrades",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy="Let the user import the contacts from Exchange again.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Most users never ask for the import, which is as it should be."""
    status = known(mailbox.contacts_import)
    if status is None or status is ContactsImport.NOT_IMPORTED:
        return NotApplicable("No contacts were to be imported.")
    evidence = mailbox.evidence("contacts_import")
    if status is ContactsImport.FAILED:
        return Fail("The import of the mailbox's contacts from Exchange failed.", evidence)
    return Pass("The mailbox's contacts were imported from Exchange.", evidence)
