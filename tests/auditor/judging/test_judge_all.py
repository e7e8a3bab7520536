"""What may be missing of a table is a subject that nobody looked at, unless it was left out."""

from msgspec.structs import replace

from auditor.judging.judge_all import Verdicts
from connectors.normalisation.facts import MAILBOXES
from connectors.sources.source import NARROWED
from rules.facts import Every, Mailbox
from tests.auditor.recorded import Told, verdicts
from tests.auditor.rows import mailbox, tables, user

ONE = tables([mailbox()], users=[user()])


def unread(found: Verdicts) -> set[str]:
    """The kinds of subjects of which some may not have been looked at."""
    return {each.rule.subject for each in found.unread}


def test_a_whole_table_leaves_nobody_out():
    assert unread(verdicts(ONE, {})) == set()


def test_a_table_of_which_rows_may_be_missing_leaves_its_rules_open():
    assert unread(verdicts(ONE.partial(MAILBOXES), {})) == {"mailbox"}


def test_mailboxes_that_were_not_asked_for_are_not_missing():
    told = ONE.told[MAILBOXES]
    state = replace(told.state, code=NARROWED, reason="Not asked for.", remedy="Ask for all.")
    found = verdicts(ONE.but(MAILBOXES, Told(told.rows, state)), {})
    assert unread(found) == set()


def test_every_verdict_is_of_one_judge_that_knows_every_mailbox():
    found = verdicts(ONE, {})
    (group,) = (each for each in found.groups if each.count)
    asked = {rule.id for rule in found.judge.about("mailbox")}
    assert set(group.verdicts) == asked


def test_the_listing_of_every_mailbox_makes_room_once_it_was_judged():
    assert Every[Mailbox] not in verdicts(ONE, {}).judge.shared
