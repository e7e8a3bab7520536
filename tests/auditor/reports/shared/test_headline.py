"""The first line of a report: the answer, each number with the word that goes with it."""

from msgspec.structs import replace

from auditor.model import Audit, SourceOf, Standing
from auditor.reports.shared.headline import MAILBOXES, headline, recap
from rules.rule import catalogue
from tests.auditor.reports.audits import audit_of


def standing(audit: Audit | None = None, **changed: object) -> Audit:
    of = audit or audit_of()
    zero = Standing(0, 0, 0, 0, {})
    return replace(of, summary=replace(of.summary, standing=replace(zero, **changed)))


def with_mailboxes(status: str, reason: str = "", count: int = 0) -> Audit:
    of = audit_of()
    source = SourceOf(MAILBOXES, status, count, 1, reason, "")  # type: ignore[arg-type]
    return replace(of, sources=(source,), summary=replace(of.summary, mailboxes=count))


class TestHeadline:
    def test_it_counts_how_many_are_meant_to_synchronize_and_how_they_stand(self) -> None:
        audit = standing(synchronizing=40, working=37, broken=2, unknown=1)
        assert headline(audit) == (
            "40 mailboxes are meant to synchronize: 37 work, 2 are broken, 1 unknown;"
            " 0 are not in use."
        )

    def test_where_no_rule_was_asked_that_tells_who_works_it_says_so(self) -> None:
        audit = standing(synchronizing=40, unknown=40)
        said = "asked, and none of those that show whether a mailbox works."
        assert said not in headline(audit)
        one = [each for each in audit.rules if not each.rule.decisive][:1]
        narrowed = replace(audit, rules=tuple(one))
        every = len(catalogue())
        assert headline(narrowed).endswith(f". 1 of {every} rules was {said}")
        known = standing(narrowed, synchronizing=40, broken=40)
        assert said not in headline(known)

    def test_one_is_no_plural(self) -> None:
        audit = standing(synchronizing=1, broken=1, not_in_use={"deactivated": 1})
        assert headline(audit) == (
            "1 mailbox is meant to synchronize: 0 works, 1 is broken, 0 unknown;"
            " 1 is not in use (deactivated: 1)."
        )

    def test_what_works_in_an_unsupported_way_is_named_where_there_is_any(self) -> None:
        audit = standing(synchronizing=3, working=2, unsupported=1)
        assert "2 work, 1 works but is unsupported, 0 are broken" in headline(audit)
        audit = standing(synchronizing=3, working=1, unsupported=2)
        assert "1 work, 2 work but are unsupported, 0 are broken" in headline(audit)

    def test_those_of_which_even_that_is_unknown_are_named(self) -> None:
        assert "; of 1 more it is unknown whether it is;" in headline(standing(undecided=1))
        of_two = headline(standing(undecided=2))
        assert "; of 2 more it is unknown whether they are;" in of_two

    def test_the_reason_of_most_comes_first_and_one_of_none_not_at_all(self) -> None:
        unused = {"deactivated": 1, "no delivery method": 3, "inactive queue": 0}
        said = headline(standing(not_in_use=unused))
        assert said.endswith("; 4 are not in use (no delivery method: 3, deactivated: 1).")

    def test_without_the_mailboxes_no_number_is_said(self) -> None:
        assert headline(with_mailboxes("failed", "The server answered 401.")) == (
            "How many mailboxes are meant to synchronize is unknown: the mailboxes could not be"
            " read (The server answered 401)."
        )
        assert headline(with_mailboxes("partial")).endswith(
            "is unknown: the mailboxes were read in part."
        )

    def test_no_mailbox_in_a_table_that_was_read_is_a_number(self) -> None:
        assert "is unknown" not in headline(with_mailboxes("read"))

    def test_a_table_that_was_read_in_part_may_hold_more(self) -> None:
        more = "More mailboxes may exist: the table was not read in full."
        assert headline(with_mailboxes("partial", count=5)).endswith(more)
        assert more not in headline(with_mailboxes("read", count=5))


def test_the_recap_says_works_of_one() -> None:
    one = recap(standing(synchronizing=1, working=1))
    assert one.startswith("1 synchronizing mailbox: 1 works, 0 broken, 0 unknown.")
    two = recap(standing(synchronizing=3, working=2, broken=1))
    assert two.startswith("3 synchronizing mailboxes: 2 work, 1 broken, 0 unknown.")
