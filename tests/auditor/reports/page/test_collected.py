"""What the page shows: each finding in one place, what no longer fits counted."""

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Affected, Audit, Finding, MailboxEntry, RootCause, SharedCause, Waived
from auditor.reports.page import collected
from auditor.reports.page.collected import Collected, collect
from rules.evidence import Evidence
from tests.auditor.reports.audits import (
    APPROVAL,
    FAILING,
    PROFILE,
    RULES,
    UNTESTED,
    audit_of,
    cause,
    finding,
    mailbox,
    nothing,
    of_causes,
    result,
)

WAIVED = Waived("why", "2027-01-01")
OF_PROFILE = cause(FAILING, PROFILE, 30, 3)
OWN = cause(APPROVAL, mailbox(1), 1, 1)


def entry(number: int, *causes: RootCause, **changed: Any) -> MailboxEntry:
    of = mailbox(number)
    made = MailboxEntry(of.id, of.name, of.address, None, "broken", tuple(c.id for c in causes))
    return replace(made, **changed)


def found(
    *findings: Finding,
    causes: tuple[RootCause, ...] = (),
    mailboxes: tuple[MailboxEntry, ...] = (),
    **changed: Any,
) -> Collected:
    audit = audit_of(findings, **of_causes(*causes), mailboxes=lambda: iter(mailboxes), **changed)
    return collect(audit)


class TestGroups:
    def test_the_same_change_on_several_mailboxes_is_one_group(self):
        second = replace(cause(APPROVAL, mailbox(2), 2, 1), repairs_together=4)
        groups = found(causes=(OWN, OF_PROFILE, second)).groups
        own, other = groups
        assert (own.count, own.mailboxes, own.repairs, own.repairs_together) == (2, 3, 2, 4)
        assert (own.first, own.subjects) == (OWN, [mailbox(1), mailbox(2)])
        assert (own.rules, own.remedy, own.steps) == (OWN.rules, OWN.remedy, OWN.steps)
        assert (other.count, other.subject) == (1, PROFILE)

    def test_a_group_says_what_kind_of_cause_it_is(self):
        own, of_profile = found(causes=(OWN, OF_PROFILE)).groups
        assert (own.own, of_profile.own) == (True, False)
        effects = ("stops", "unsupported", "degrades", "advice")
        made = [replace(own, effect=effect) for effect in effects]
        assert [each.decides for each in made] == [True, True, False, False]
        ranks = [each.rank for each in made]
        assert ranks[0] == 0
        assert ranks[-1] == max(ranks)

    def test_waivers_are_counted_and_the_first_is_said(self):
        first = replace(OWN, waived=WAIVED)
        second = replace(cause(APPROVAL, mailbox(2), 1, 1), waived=replace(WAIVED, reason="b"))
        third = cause(APPROVAL, mailbox(3), 1, 1)
        (group,) = found(causes=(third, first, second)).groups
        assert (group.waived, group.waiver) == (2, "waived until 2027-01-01: why")
        (group,) = found(causes=(third,)).groups
        assert (group.waived, group.waiver) == (0, "")

    def test_subjects_beyond_the_first_are_counted(self, monkeypatch):
        monkeypatch.setattr(collected, "IN_FULL", 2)
        (group,) = found(causes=tuple(cause(APPROVAL, mailbox(n), 1, 1) for n in range(3))).groups
        assert (group.count, group.subjects) == (3, [mailbox(0), mailbox(1)])


class TestRows:
    def test_a_row_names_its_mailbox_and_its_causes(self):
        stops = replace(OF_PROFILE, effect=OWN.effect)
        of = found(
            causes=(stops, OWN),
            mailboxes=(entry(1, OWN, stops, profile=PROFILE.id), entry(2, standing="unknown")),
        )
        first, second = of.rows
        assert (first.id, first.name) == (mailbox(1).id, "Mailbox 1")
        assert (first.address, first.standing) == ("user1@contoso.example", "broken")
        assert first.profile == PROFILE.name
        assert first.causes == (0, 1)
        assert (second.causes, second.standing, second.profile) == ((), "unknown", "")
        assert [each.listed for each in of.groups] == [1, 1]
        assert of.mailboxes == 2

    def test_what_stops_comes_before_what_comes_first(self):
        advice = replace(OF_PROFILE, effect="advice")
        (row,) = found(causes=(advice, OWN), mailboxes=(entry(1, advice, OWN),)).rows
        assert OWN.effect == "stops"
        assert row.causes == (1, 0)

    def test_a_cause_that_no_group_has_is_left_out_and_one_counts_once(self):
        of = found(causes=(OWN,), mailboxes=(entry(1, OWN, OWN, OF_PROFILE),))
        assert of.rows[0].causes == (0,)
        assert of.groups[0].listed == 1

    @pytest.mark.parametrize(
        ("changed", "name"),
        [
            ({"name": ""}, "user1@contoso.example"),
            ({"name": "", "address": ""}, mailbox(1).id),
            ({"name": "a\nb"}, "a b"),
        ],
    )
    def test_a_row_goes_by_its_address_or_id_where_it_has_no_name(self, changed, name):
        (row,) = found(mailboxes=(entry(1, **changed),)).rows
        assert row.name == name

    @pytest.mark.parametrize(
        ("names", "causes", "name"),
        [
            ({PROFILE.id: "By the audit"}, (OF_PROFILE,), "By the audit"),
            ({}, (OF_PROFILE,), PROFILE.name),
            ({}, (), PROFILE.id),
            ({}, (replace(OF_PROFILE, subject=replace(PROFILE, kind="tenant")),), PROFILE.id),
        ],
    )
    def test_a_profile_goes_by_what_people_call_it(self, names, causes, name):
        of = found(causes=causes, mailboxes=(entry(1, profile=PROFILE.id),), names=names)
        assert of.rows[0].profile == name

    def test_mailboxes_beyond_those_that_the_page_holds_are_counted(self, monkeypatch):
        monkeypatch.setattr(collected, "LISTED", 2)
        of = found(
            *(finding(APPROVAL, mailbox(n)) for n in range(3)),
            causes=tuple(cause(APPROVAL, mailbox(n), 1, 1) for n in range(3)),
            mailboxes=tuple(entry(n) for n in range(3)),
        )
        assert (len(of.rows), of.mailboxes) == (2, 3)
        assert [each.findings for each in of.rows] == [[0], [0]]
        assert [each.subject for each in of.groups[0].findings] == [mailbox(2)]


class TestPlaces:
    def test_a_finding_of_a_listed_mailbox_stands_at_its_row(self):
        of = found(finding(APPROVAL, mailbox(1)), causes=(OWN,), mailboxes=(entry(1, OWN),))
        assert of.rows[0].findings == [0]
        assert of.groups[0].findings == []
        assert (of.rules[APPROVAL].elsewhere, of.rules[APPROVAL].full) == (1, [])

    def test_one_of_something_else_stands_at_its_cause(self):
        of = found(finding(FAILING, PROFILE), causes=(OF_PROFILE,))
        (placed,) = of.groups[0].findings
        assert (placed.subject, placed.shown.rule) == (PROFILE, FAILING)
        assert (of.rules[FAILING].elsewhere, of.rules[FAILING].full) == (1, [])

    def test_one_that_is_open_or_has_no_cause_stands_at_its_rule(self):
        of = found(
            finding(FAILING, PROFILE, "undetermined"),
            finding(UNTESTED, PROFILE),
            finding(APPROVAL, mailbox(9)),
            causes=(OF_PROFILE,),
        )
        assert of.groups[0].findings == []
        for rule in (FAILING, UNTESTED, APPROVAL):
            assert len(of.rules[rule].full) == 1
            assert of.rules[rule].elsewhere == 0

    def test_a_profile_with_the_id_of_a_mailbox_is_no_row(self):
        of = found(finding(UNTESTED, replace(PROFILE, id=mailbox(1).id)), mailboxes=(entry(1),))
        assert of.rows[0].findings == []
        assert len(of.rules[UNTESTED].full) == 1

    def test_of_a_mailbox_that_is_not_listed_it_stands_at_its_cause(self):
        of = found(finding(APPROVAL, mailbox(1)), causes=(OWN,))
        assert len(of.groups[0].findings) == 1

    def test_of_very_many_that_are_not_listed_the_rest_stands_at_its_rule(self, monkeypatch):
        monkeypatch.setattr(collected, "LISTED", 2)
        of = found(
            *(finding(APPROVAL, mailbox(n)) for n in range(3)),
            causes=tuple(cause(APPROVAL, mailbox(n), 1, 1) for n in range(3)),
        )
        assert [each.subject for each in of.groups[0].findings] == [mailbox(0), mailbox(1)]
        assert [each.subject for each in of.rules[APPROVAL].full] == [mailbox(2)]

    def test_what_has_no_room_is_counted(self, monkeypatch):
        monkeypatch.setattr(collected, "IN_FULL", 2)
        of = found(*(finding(UNTESTED, PROFILE, message=f"{n}") for n in range(5)))
        assert [each.shown.message for each in of.rules[UNTESTED].full] == ["0", "1"]
        assert of.rules[UNTESTED].more == 3
        of = found(
            *(finding(FAILING, PROFILE, message=f"{n}") for n in range(5)), causes=(OF_PROFILE,)
        )
        assert (len(of.groups[0].findings), of.groups[0].more) == (2, 3)

    def test_findings_are_counted_by_how_they_ended(self):
        listed = (
            finding(UNTESTED, PROFILE),
            finding(UNTESTED, PROFILE, "undetermined"),
            finding(UNTESTED, PROFILE, "undetermined"),
            finding(UNTESTED, PROFILE, waived=WAIVED),
            finding(UNTESTED, PROFILE, "undetermined", waived=WAIVED),
        )
        rule = found(*listed).rules[UNTESTED]
        assert (rule.failing, rule.undetermined, rule.waived) == (1, 2, 2)

    def test_a_rule_is_as_severe_as_its_gravest_finding(self):
        listed = [replace(finding(UNTESTED, PROFILE), severity=s) for s in ("warning", "error")]
        assert found(*listed).rules[UNTESTED].severity == "error"
        assert found(*reversed(listed)).rules[UNTESTED].severity == "error"


class TestShown:
    def test_a_finding_is_worded_once_for_all_whom_it_is_about(self):
        listed = [replace(finding(APPROVAL, mailbox(n), shown=[]), fingerprint="") for n in (1, 2)]
        of = found(*listed, mailboxes=(entry(1), entry(2)))
        assert [each.findings for each in of.rows] == [[0], [0]]
        assert len(of.findings) == 1

    def test_it_says_what_was_found_and_why(self):
        open = finding(
            UNTESTED,
            mailbox(1),
            "undetermined",
            message="a\nb",
            cause=SharedCause(code="s:forbidden", source="s"),
            affected=Affected("mailbox", 2, 1, ()),
            waived=WAIVED,
            statements=("one",),
        )
        (shown,) = found(replace(open, remedy="c\nd"), mailboxes=(entry(1),)).findings
        assert (shown.rule, shown.severity, shown.verdict) == (
            UNTESTED,
            open.severity,
            open.verdict,
        )
        assert (shown.message, shown.remedy, shown.statements) == ("a b", "c d", ("one",))
        assert shown.because == "source s: forbidden"
        assert shown.affected == "2 mailboxes in 1 configuration"
        assert shown.waived == "waived until 2027-01-01: why"
        assert len(shown.evidence) == 1

    def test_what_one_subject_is_about_has_no_cause(self):
        (shown,) = found(finding(APPROVAL, mailbox(1)), mailboxes=(entry(1),)).findings
        assert (shown.because, shown.affected, shown.waived) == ("", "", "")

    def test_once_the_page_is_full_rows_name_their_rules_alone(self, monkeypatch):
        monkeypatch.setattr(collected, "DETAIL_CHARACTERS", 10)
        listed = [
            replace(finding(APPROVAL, mailbox(n), message=f"{n}" * 6, shown=[]), remedy="12345")
            for n in (1, 2, 3, 1)
        ]
        listed[3] = replace(listed[0], subject=mailbox(4))
        of = found(*listed, mailboxes=tuple(entry(n) for n in (1, 2, 3, 4)))
        assert [each.message for each in of.findings] == [
            "111111",
            "The CSV and the JSON report hold what was found, and the evidence.",
        ]
        assert (of.findings[1].remedy, of.findings[1].evidence) == ("", ())
        assert [each.findings for each in of.rows] == [[0], [1], [1], [0]]
        assert of.without_detail == 2

    def test_a_page_is_full_beyond_its_characters_with_evidence_counted(self, monkeypatch):
        listed = [
            replace(finding(APPROVAL, mailbox(n), message=f"{n}", shown=[]), remedy="")
            for n in (1, 2)
        ]
        monkeypatch.setattr(collected, "DETAIL_CHARACTERS", 1)
        assert found(*listed, mailboxes=(entry(1), entry(2))).without_detail == 0
        seen = Evidence("s", mailbox(1).id, "f", 1)
        listed[0] = replace(listed[0], evidence=(seen,))
        assert found(*listed, mailboxes=(entry(1), entry(2))).without_detail == 1


ENDS = next(rule.id for rule in RULES.values() if rule.effect == "ends")


class TestEnds:
    @staticmethod
    def of(*values: object, rule: str = ENDS, **changed: Any) -> dict[str, Any]:
        seen = [Evidence("s", "p", f"f{at}", value) for at, value in enumerate(values)]  # type: ignore[arg-type]
        made = replace(finding(rule, PROFILE, shown=seen), **changed)
        return found(made, rules=(result(ENDS, fail=1), result(UNTESTED, fail=1))).ends

    def test_what_stops_on_a_day_to_come_is_kept_by_the_day(self):
        of = self.of("2026-11-24T08:00:00Z")
        assert list(of) == ["2026-11-24"]
        assert of["2026-11-24"][0].subject == PROFILE

    def test_the_nearest_of_several_days_counts(self):
        assert list(self.of("2027-05-01", "2027-04-01", "2026-11-23", 5)) == ["2027-04-01"]

    @pytest.mark.parametrize(
        "value",
        [
            "2026-11-23", "2026-11-22", "2027-04", "2027/04/01", "2027-04/01", "2027-0x-01",
            "tomorrow", "", 20270401, None,
        ],
    )  # fmt: skip
    def test_what_is_no_day_to_come_is_none(self, value):
        assert self.of(value) == {}

    def test_what_is_open_waived_or_of_another_effect_does_not_stop(self):
        day = "2027-04-01"
        assert self.of(day, verdict="undetermined") == {}
        assert self.of(day, waived=WAIVED) == {}
        assert self.of(day, rule=UNTESTED) == {}
        assert self.of(day, rule=APPROVAL) == {}

    def test_no_more_of_a_day_are_kept_than_are_shown(self, monkeypatch):
        monkeypatch.setattr(collected, "IN_FULL", 2)
        seen = [Evidence("s", "p", "f", "2027-04-01")]
        listed = [finding(ENDS, mailbox(n), shown=seen) for n in range(3)]
        assert len(found(*listed, rules=(result(ENDS, fail=3),)).ends["2027-04-01"]) == 2


def with_address(url: str) -> Audit:
    return replace(nothing(), environment=replace(audit_of().environment, url=url))


def test_a_mailbox_is_reached_where_the_address_is_one():
    assert collect(with_address("https://crm.example/")).link == (
        "https://crm.example/main.aspx?etn=mailbox&pagetype=entityrecord&id=%7B{id}%7D"
    )
    assert collect(with_address("http://crm.example")).link == ""


def test_whether_the_organisation_is_ready_is_known_of_lifecycle_rules():
    lifecycle = next(rule.id for rule in RULES.values() if rule.kind == "lifecycle")
    seen = finding(lifecycle, PROFILE)
    of = found(seen, rules=(result(lifecycle, fail=1),)).readiness
    assert of is not None
    assert len(of["missing"]) == 1  # type: ignore[arg-type]
    assert found(seen, rules=()).readiness is None
