"""A rule that is asked once of mailboxes alike says of each what it would have said when asked."""

from collections.abc import Callable, Iterable
from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.audit import verdicts_of
from auditor.judging.mailbox_group import judged_by
from auditor.judging.mailbox_judge import MailboxJudge
from auditor.judging.shared_addresses import address_use
from rules.edition import load
from rules.evidence import Evidence
from rules.facts import AddressUse, Mailbox
from rules.judge import Judge
from rules.rule import Rule, catalogue
from rules.unknown import Unknown, known
from rules.verdict import Fail, Pass, Verdict
from tests.auditor.random_organisations import made
from tests.auditor.recorded import READ_AT
from tests.rules import facts

PLAIN = next(each for each in catalogue() if each.subject == "mailbox")
OPEN = Unknown("Nobody told.", "Ask.")


def asking(check: Callable[[Mailbox], Verdict]) -> tuple[Rule, list[Mailbox]]:
    """A rule that judges like this, and the mailboxes that it was asked about."""
    asked: list[Mailbox] = []

    def counted(mailbox: Mailbox) -> Verdict:
        asked.append(mailbox)
        return check(mailbox)

    rule = replace(
        PLAIN,
        id="asking",
        statements=(),
        population="all",
        needs=(("mailbox", Mailbox),),
        check=counted,
    )
    return rule, asked


def same(rule: Rule, mailboxes: Iterable[Mailbox]) -> None:
    judge = Judge([rule], load("online"), {})
    once = MailboxJudge(judge, [rule])
    for mailbox in mailboxes:
        assert dict(once.verdicts(mailbox)) == judged_by(judge, [rule], {Mailbox: mailbox})


def looked_at(mailbox: Mailbox) -> Verdict:
    """What it reads of a mailbox depends on what it read before."""
    if known(mailbox.active):
        found = known(mailbox.password_set) or known(mailbox.owner.licensed)
    else:
        found = known(mailbox.verbose_logging)
    evidence = mailbox.evidence("password_set")
    return Fail("Found.", evidence) if found else Pass("Not found.", evidence)


CHOICES = (True, False, OPEN)


def test_mailboxes_that_differ_in_what_a_rule_reads_keep_their_own_answers() -> None:
    rule, _ = asking(looked_at)
    mailboxes = [
        facts.mailbox(active=active, password_set=password, verbose_logging=verbose)
        for active, password, verbose in product(CHOICES, repeat=3)
    ]
    same(rule, mailboxes)
    same(rule, reversed(mailboxes))
    for some in permutations((mailboxes[0], mailboxes[4], mailboxes[13], mailboxes[26])):
        same(rule, some)


def test_a_rule_is_asked_once_of_mailboxes_alike_in_what_it_reads() -> None:
    rule, asked = asking(looked_at)
    once = MailboxJudge(Judge([rule], load("online"), {}), [rule])
    owner, origins = facts.owner(), facts.mailbox().origins
    for logging, failed, locked in product((True, False), repeat=3):
        once.verdicts(
            facts.mailbox(
                owner=owner,
                origins=origins,
                verbose_logging=logging,
                items_failed=failed,
                locked_by_host=locked,
            )
        )
    assert len(asked) == 1


def test_evidence_of_another_mailbox_is_never_shown() -> None:
    rule, _ = asking(looked_at)
    usual = facts.mailbox()
    other = (Evidence("dynamics.mailboxes", "m-2", "ispasswordset", True, READ_AT),)
    same(rule, [usual, replace(usual, origins={**usual.origins, "password_set": other})])


def test_a_rule_that_would_compare_whole_mailboxes_is_told_so() -> None:
    usual = facts.mailbox()
    rule, _ = asking(lambda mailbox: Pass(str(mailbox == usual), ()))
    with pytest.raises(TypeError, match="never whole mailboxes"):
        MailboxJudge(Judge([rule], load("online"), {}), [rule]).verdicts(usual)


def test_where_an_open_answer_was_looked_for_is_told_of_each_mailbox() -> None:
    rule, _ = asking(lambda mailbox: Pass(str(known(mailbox.items_failed)), ()))
    usual = facts.mailbox(items_failed=OPEN)
    elsewhere = (Evidence("dynamics.mailboxes", "m-2", "itemsfailed", None, READ_AT),)
    other = replace(usual, origins={**usual.origins, "items_failed": elsewhere})
    same(rule, [usual, other, replace(usual, active=OPEN), other])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_every_rule_says_of_every_mailbox_what_it_says_when_asked(seed: int) -> None:
    organisation = made(seed)
    found, _ = verdicts_of(organisation.request, organisation.outside)
    judge = found.judge
    rules = judge.about("mailbox")
    use = address_use(False)
    once = MailboxJudge(judge, rules, {AddressUse: use})
    for configuration in found.facts.mailboxes.configurations:
        mailbox = configuration.mailbox
        asked = judged_by(judge, rules, {Mailbox: mailbox, AddressUse: use})
        assert dict(once.verdicts(mailbox)) == asked


def test_mailboxes_of_which_all_rules_say_the_same_have_one_object() -> None:
    rule, _ = asking(lambda mailbox: Pass("On.", ()) if known(mailbox.active) else Fail("Off.", ()))
    once = MailboxJudge(Judge([rule], load("online"), {}), [rule])
    on, also_on, off = (
        facts.mailbox(active=True, password_set=True),
        facts.mailbox(active=True, password_set=False),
        facts.mailbox(active=False),
    )
    assert once.verdicts(on) is once.verdicts(also_on)
    assert once.verdicts(off) is not once.verdicts(on)
