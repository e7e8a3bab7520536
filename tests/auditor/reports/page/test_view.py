"""What the template shows: the parts that there are, each in words, bounded."""

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.differences import Difference, FindingChange, MailboxChange, Moved, Run, compared
from auditor.model import (
    Audit,
    Coverage,
    FirstChanges,
    Missing,
    OpenCause,
    SharedCause,
    SourceOf,
)
from auditor.reports.page import collected, view
from auditor.reports.page.causes import SHOWN_CAUSES
from auditor.reports.page.collected import Collected, Row
from auditor.reports.shared import ranking, wording
from auditor.reports.shared.headline import headline_parts
from rules.evidence import Evidence
from tests.auditor.reports.audits import (
    APPROVAL,
    PROFILE,
    RULES,
    audit_of,
    cause,
    covering,
    finding,
    mailbox,
    many,
    nothing,
    of_causes,
    result,
)


def shown(audit: Audit, exit_code: int | None = None, found: Collected | None = None) -> Any:
    return view.view(audit, found or collected.collect(audit), exit_code)


def test_the_answer_comes_in_two_sentences():
    audit = audit_of()
    answer, rest = headline_parts(audit)
    of = shown(audit)
    assert rest.startswith(";")
    assert (of["answer"], of["rest"]) == (f"{answer}.", rest[1:].lstrip())
    assert of["bar_label"] == answer
    unread = SourceOf("dynamics.mailboxes", "failed", 0, 1, "401.", "")
    of = shown(replace(nothing(), sources=(unread,)))
    assert of["answer"].endswith("is unknown:")
    assert of["rest"] == "the mailboxes could not be read (401)."


@pytest.mark.parametrize(
    ("changed", "product"),
    [
        ({"deployment": "online", "version": "9.2"}, "Dynamics 365 online 9.2"),
        ({"deployment": "on-premises", "version": None}, "Dynamics 365 (on-premises)"),
        ({"deployment": None, "version": "9.1"}, "Dynamics 365, deployment unknown 9.1"),
    ],
)
def test_the_product_says_what_is_known(changed, product):
    audit = audit_of(environment=replace(audit_of().environment, **changed))
    assert shown(audit)["product"] == product


def test_the_organisation_goes_by_its_name():
    assert shown(audit_of())["organisation"] == "Contoso GmbH"
    unnamed = replace(audit_of().environment, organization_name="")
    assert shown(audit_of(environment=unnamed))["organisation"] == "contoso"


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2026-11-03T08:05:00Z", "3 November 2026, 08:05 UTC"), ("yesterday", "yesterday")],
)
def test_the_day_is_said_in_words(moment, day):
    assert shown(audit_of(started_at=moment))["day"] == day


@pytest.mark.parametrize(("count", "first"), [(5, 5), (6, 5)])
def test_the_first_causes_stand_at_the_top(count, first):
    causes = [cause(APPROVAL, mailbox(n), 1, 1, f"Fix {n}.") for n in range(count)]
    of = shown(audit_of(**of_causes(*causes)))
    assert (len(of["first"]), len(of["groups"])) == (first, count)


def rows(count: int) -> Collected:
    return Collected(
        rows=[Row(str(n), "", "", "", "broken", ()) for n in range(count)], mailboxes=count + 3
    )


@pytest.mark.parametrize(
    ("count", "written"),
    [(collected.WRITTEN, collected.WRITTEN), (collected.WRITTEN + 1, collected.WRITTEN_OF_MORE)],
)
def test_where_there_are_many_rows_only_the_first_few_are_written_out(count, written):
    of = shown(nothing(), None, rows(count))
    assert len(of["written"]) == written
    assert of["unwritten"] == count - written
    assert (of["total"], of["left_out"]) == (count + 3, 3)


def test_every_standing_has_its_mark():
    assert list(view.MARKS) == ["works", "unsupported", "broken", "unknown"]


@pytest.mark.parametrize("more", [0, 1])
def test_causes_beyond_those_that_are_shown_are_counted(more):
    audit = many(1)
    (group,) = collected.collect(audit).groups
    found = Collected(groups=[group] * (SHOWN_CAUSES + more))
    assert shown(audit, None, found)["groups_left_out"] == more
    assert shown(audit)["groups_left_out"] == 0


def test_changes_are_looked_for_of_the_first_causes_alone():
    asked: list[str] = []

    def look(causes: Any) -> FirstChanges:
        asked.extend(each.id for each in causes)
        return FirstChanges({asked[0]: "Set it."}, ended=True)

    causes = [cause(APPROVAL, mailbox(n), 1, 1, f"Fix {n}.") for n in range(ranking.PLANNED + 1)]
    of = shown(audit_of(**of_causes(*causes), first_steps=look))
    assert asked == [each.id for each in causes[: ranking.PLANNED]]
    assert of["plan_ended"] == wording.PLAN_ENDED
    assert [each.change for each in of["groups"][:2]] == ["Set it.", ""]
    assert shown(audit_of())["plan_ended"] == ""


def test_rules_go_by_their_titles():
    of = shown(audit_of())
    assert of["title_of"](APPROVAL) == RULES[APPROVAL].title
    assert of["title_of"]("other") == "other"
    assert APPROVAL in of["rule_ids"]
    assert of["statement_ids"] == {each.id for each in audit_of().statements}


def unseen(**changed: Any) -> Any:
    return view._unseen(replace(audit_of(), **changed))


FAILED = SourceOf("graph.users", "failed", 0, 1, "It answered 403.", "Grant it.")


def verdicts(undetermined: int, **changed: Any) -> Any:
    summary = replace(audit_of().summary, **changed)
    return replace(summary, verdicts=replace(summary.verdicts, undetermined=undetermined))


class TestUnseen:
    def test_sources_that_were_not_read_come_first(self):
        other = replace(FAILED, name="graph.groups")
        of = unseen(sources=(FAILED, other), summary=verdicts(2))
        assert of == {
            "what": "2 sources were not read in full, and 2 verdicts are open.",
            "lead": "graph.groups:",
            "remedy": "Grant it.",
        }
        of = unseen(sources=(replace(FAILED, remedy=""),), summary=verdicts(1))
        assert of["what"] == "1 source was not read in full, and 1 verdict is open."
        assert of["remedy"] == "It answered 403."

    def test_then_what_keeps_mailboxes_from_being_judged(self):
        missing = Missing("Add graph.", 3, (), ())
        of = unseen(sources=(), summary=covering(38, missing))
        assert of == {
            "what": "For 3 of 41 mailboxes it is open whether Microsoft supports what they use.",
            "lead": "For 3 of them:",
            "remedy": "Add graph.",
        }
        one = replace(covering(0), coverage=Coverage(1, 1, 0, 1, 1, (missing,)))
        assert unseen(sources=(), summary=one)["what"] == (
            "For 1 of 1 mailbox it is open whether Microsoft supports what it uses."
        )

    def test_then_what_settles_most(self):
        causes = (
            OpenCause(SharedCause(code="a", source="s"), "Do A.", ("r",), 2),
            OpenCause(SharedCause(code="b", source="s"), "Do B.", ("r",), 1234),
        )
        of = unseen(sources=(), summary=verdicts(1), undetermined=causes)
        assert of == {
            "what": "1 verdict is open.",
            "lead": "What settles most (1,234):",
            "remedy": "Do B.",
        }

    def test_else_nothing(self):
        assert unseen(sources=(), undetermined=()) is None


RUN = Run("n", "2026-11-23T03:00:00Z", "", "2026-11-23")


def test_what_changed_is_said_in_a_few_lines():
    assert shown(audit_of())["changed"] is None
    stopped = tuple(MailboxChange(str(n), f"Name {n}", "", Moved(None, "broken")) for n in range(9))
    difference = Difference(old=replace(RUN, id="o"), new=RUN, mailboxes=stopped)
    changed = shown(compared(audit_of(), difference))["changed"]
    assert len(changed["lines"]) == view.CHANGES == 4
    assert "Name 0" in changed["lines"][0]
    assert changed["since"]
    new = FindingChange("f", APPROVAL, "error", mailbox(1), "t", "new", "setting", "fail")
    both = replace(difference, findings=(new, new, new))
    assert len(shown(compared(audit_of(), both))["changed"]["lines"]) == 4


def test_the_run_is_said_with_what_is_known_of_it():
    audit = audit_of()
    names = [name for name, _ in shown(audit, 3)["run"]]
    assert names == [
        "Environment", "Judged by", "Run", "Read", "Coverage", "Found", "Not configured",
        "Ended with", "Written by",
    ]  # fmt: skip
    run = dict(shown(audit, 3)["run"])
    assert run["Ended with"] == wording.exit_meaning(3)
    assert run["Not configured"] == "exchange-online.graph"
    assert "Ended with" in dict(shown(audit, 0)["run"])
    without = [name for name, _ in shown(replace(audit, sources=()))["run"]]
    assert "Ended with" not in without
    assert "Not configured" not in without


def anchors(audit: Audit) -> list[str]:
    return [anchor for anchor, _ in shown(audit)["contents"]]


def test_the_contents_name_the_parts_that_there_are():
    assert anchors(audit_of()) == [
        "mailboxes", "causes", "unseen", "failing", "open", "statements", "rules",
        "sources", "run",
    ]  # fmt: skip
    assert anchors(replace(nothing(), sources=())) == ["mailboxes", "run"]
    assert "unseen" in anchors(replace(nothing(), sources=(FAILED,)))
    missing = replace(nothing(), summary=covering(38, Missing("Do.", 3, (), ())))
    assert "unseen" in anchors(missing)
    assert "unseen" in anchors(replace(nothing(), undetermined=audit_of().undetermined))


def test_days_to_come_have_their_line():
    ends = next(rule.id for rule in RULES.values() if rule.effect == "ends")
    seen = [Evidence("s", "p", "f", "2027-04-01")]
    audit = audit_of((finding(ends, PROFILE, shown=seen),), rules=(result(ends, fail=1),))
    of = shown(audit)
    assert "ends" in dict(of["contents"])
    assert of["ends_label"] == f"What stops when: 2027-04-01: {RULES[ends].title}"
    assert of["ticks"][0]["label"] == "today, 2026-11-23"
    assert "ticks" not in shown(audit_of())


def test_readiness_has_a_part_where_it_is_known():
    lifecycle = next(rule.id for rule in RULES.values() if rule.kind == "lifecycle")
    assert "ready" in anchors(audit_of((), rules=(result(lifecycle, passed=1),)))
