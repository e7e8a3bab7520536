"""What one cause leaves open for many is told once: counted, and with a few of them named."""

from types import SimpleNamespace

from auditor.findings.shared_verdicts import published, shared_verdicts
from auditor.findings.subjects import Subjects
from auditor.judging.judged import Judged
from auditor.judging.mailbox_group import SAMPLE, Alike, JudgedAlike, Sampled
from rules.evidence import Cause
from rules.verdict import Fail, Undetermined
from tests.rules import facts

REFUSED = Cause("source", "graph.users", "refused")
UNTOLD = Cause("declaration", "fips", "")
OF_MAILBOXES = SimpleNamespace(id="a-rule", subject="mailbox")
OF_PROFILES = SimpleNamespace(id="b-rule", subject="profile")


def open_by(cause, message="It is open."):
    return Undetermined(message, "Look at it.", cause)


def group(first, count=1, named=()):
    return SimpleNamespace(
        count=count, first=first, named=[Sampled(each, each, "") for each in named]
    )


def alike(verdict, *groups):
    judged_alike = JudgedAlike()
    judged_alike.groups.extend(groups)
    return Alike(verdict, [judged_alike], judged_alike.count)


def gathered(*of_mailboxes, others=(), unread=()):
    verdicts = SimpleNamespace(
        judge=SimpleNamespace(rules=(OF_MAILBOXES, OF_PROFILES)), others=others, unread=unread
    )
    subjects = Subjects("https://contoso.example", facts.organization())
    return shared_verdicts(verdicts, {"a-rule": of_mailboxes}, subjects)


def test_mailboxes_of_one_cause_are_counted_and_the_first_says_it_for_all():
    later, sooner = open_by(REFUSED, "Later."), open_by(REFUSED, "Sooner.")
    (found,) = gathered(
        alike(later, group("m-3", 2, ["m-3", "m-4"])), alike(sooner, group("m-1", 5, ["m-1"]))
    )
    assert (found.rule, found.kind, found.verdict) == (OF_MAILBOXES, "mailbox", sooner)
    assert (found.count, found.configurations) == (7, 2)
    assert [each.id for each in found.sample] == ["m-1", "m-3", "m-4"]


def test_no_more_than_a_sample_of_mailboxes_is_named():
    ids = [f"m-{n:02}" for n in range(SAMPLE + 3)]
    (found,) = gathered(alike(open_by(REFUSED), group("m-00", len(ids), list(reversed(ids)))))
    assert [each.id for each in found.sample] == ids[:SAMPLE]
    assert found.count == SAMPLE + 3


def test_what_holds_no_mailbox_what_fails_and_what_is_open_by_itself_are_not_shared():
    own = open_by(None)
    assert (
        gathered(
            alike(open_by(REFUSED), group("m-1", 0)),
            alike(Fail("It fails.", ()), group("m-2")),
            alike(own, group("m-3")),
            others=(Judged(OF_PROFILES, "p-1", "One", own),),
        )
        == []
    )


def test_other_subjects_of_one_cause_are_counted_and_named_by_id():
    verdict = open_by(REFUSED)
    (found,) = gathered(
        others=[Judged(OF_PROFILES, f"p-{n:02}", "", verdict) for n in reversed(range(SAMPLE + 1))]
    )
    assert (found.kind, found.count, found.configurations) == ("profile", SAMPLE + 1, SAMPLE + 1)
    assert [each.id for each in found.sample] == [f"p-{n:02}" for n in range(SAMPLE)]


def test_a_table_that_was_not_read_is_open_for_the_organisation_without_a_sample():
    (found,) = gathered(unread=(Judged(OF_PROFILES, "", "", open_by(REFUSED)),))
    assert (found.kind, found.count, found.configurations) == ("organization", 1, 0)
    assert found.sample == []


def test_each_rule_and_cause_has_one_in_their_order():
    found = gathered(
        alike(open_by(REFUSED), group("m-1")),
        alike(open_by(UNTOLD), group("m-2")),
        others=(Judged(OF_PROFILES, "p-1", "", open_by(REFUSED)),),
    )
    assert [(each.rule.id, each.cause) for each in found] == [
        ("a-rule", UNTOLD),
        ("a-rule", REFUSED),
        ("b-rule", REFUSED),
    ]


def test_a_cause_is_published_with_its_name_as_what_it_is():
    assert (published(REFUSED).code, published(REFUSED).source) == (
        "graph.users:refused",
        "graph.users",
    )
    assert (published(UNTOLD).source, published(UNTOLD).declaration) == (None, "fips")
