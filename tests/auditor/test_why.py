"""What is known and judged of one subject: which one is meant, and what is told of it."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.model import Waived
from auditor.request import Waiver
from auditor.why import SUGGESTED, Answer, Explanation, Judgement, named_by_id, why
from connectors.dynamics.wanted import SubjectPattern
from connectors.sources.source import NARROWED
from rules.rule import catalogue
from tests.auditor import recorded, rows
from tests.auditor.recorded import Recorded

GUID = "0a1b2c3d-0000-4000-8000-000000000001"
ORGANIZATION = ("organization", "organization-1")


def asked(text: str, outside: Recorded, *waivers: Waiver) -> Answer:
    request = recorded.request(catalogue(), {})
    return why(recorded.replace(request, waivers=waivers), outside, text)


def found(text: str, outside: Recorded | None = None) -> list[tuple[str, str]]:
    answer = asked(text, outside or TWO)
    return [(each.subject.kind, each.subject.id) for each in answer.explanations]


def one(text: str, outside: Recorded, *waivers: Waiver) -> Explanation:
    (explanation,) = asked(text, outside, *waivers).explanations
    return explanation


def of(explanation: Explanation, rule: str) -> Judgement:
    (judgement,) = (each for each in explanation.judgements if each.rule == rule)
    return judgement


MAX, MIA = ("mailbox", "mailbox-1"), ("mailbox", "mailbox-2")
TWO = rows.tables(
    [
        rows.mailbox(name="Max Miller"),
        rows.mailbox("mailbox-2", name="Mia Meier", regarding="user-2", owner="user-2"),
    ],
    users=[rows.user(), rows.user("user-2", internalemailaddress="mia@elsewhere.example")],
    profiles=[rows.profile(), rows.profile("profile-2", name="Second")],
)


class TestWhichIsMeant:
    @pytest.mark.parametrize(
        ("text", "subjects"),
        [
            (" max MILLER ", [MAX]),
            ("Mailbox: mailbox-2@contoso.example", [MIA]),
            ("mailbox-1", [MAX]),
            ("user-2", [MIA]),
            ("user:user-2", [MIA]),
            # The address of the owner, which the mailbox does not have.
            ("mia@elsewhere.example", [MIA]),
            ("second", [("profile", "profile-2")]),
            ("profile-2", [("profile", "profile-2")]),
            ("profile:second", [("profile", "profile-2")]),
            ("mailbox:second", []),
            ("profile:max miller", []),
            ("mail.contoso.example", [("email-system", "mail.contoso.example:443")]),
            ("mail.contoso.example:443", [("email-system", "mail.contoso.example:443")]),
            ("email-system:mail.contoso.example", [("email-system", "mail.contoso.example:443")]),
            ("organization", [ORGANIZATION]),
            ("organization-1", [ORGANIZATION]),
            ("organization:contoso", [ORGANIZATION]),
            ("contoso", [ORGANIZATION]),
            # Exchange Online was not asked, and still it is known which tenant is meant.
            ("tenant", [("tenant", "")]),
            (rows.TENANT, [("tenant", "")]),
            ("mailbox:tenant", []),
            ("nobody", []),
            ("nokind:Max Miller", []),
            ("", []),
            ("mailbox:", []),
        ],
    )
    def test_by_id_name_or_address(self, text: str, subjects: list[tuple[str, str]]) -> None:
        assert found(text) == subjects
        assert asked(text, TWO).unread == ()

    def test_a_part_is_enough_where_one_has_it(self) -> None:
        assert found("x mill") == [MAX]
        assert found("econd") == [("profile", "profile-2")]
        assert found("mail.cont") == [("email-system", "mail.contoso.example:443")]

    def test_where_several_have_it_all_are_suggested(self) -> None:
        answer = asked("profile-", TWO)
        assert answer.explanations == ()
        assert [each.id for each in answer.suggestions] == ["profile-1", "profile-2"]
        answer = asked("mi", TWO)
        assert [each.name for each in answer.suggestions] == ["Max Miller", "Mia Meier"]

    def test_what_goes_by_the_whole_text_is_meant_before_what_holds_it(self) -> None:
        several = [rows.mailbox("mailbox-1", name="Max"), rows.mailbox("mailbox-2", name="Maxine")]
        assert found("max", rows.tables(several)) == [MAX]

    @pytest.mark.parametrize("count", [SUGGESTED, SUGGESTED + 1])
    def test_twenty_are_suggested_at_most(self, count: int) -> None:
        many = [rows.mailbox(f"box-{n:02}", name="A colleague") for n in range(count)]
        answer = asked("colleague", rows.tables(many))
        assert [each.id for each in answer.suggestions] == [f"box-{n:02}" for n in range(SUGGESTED)]

    def test_profiles_count_among_the_twenty(self) -> None:
        profiles = [rows.profile(f"p-{n:02}", name="A colleague") for n in range(SUGGESTED + 1)]
        answer = asked(
            "colleague", rows.tables([rows.mailbox(name="Colleagues")], profiles=profiles)
        )
        assert len(answer.suggestions) == SUGGESTED
        assert answer.suggestions[0].kind == "mailbox"

    def test_sources_that_were_not_read_in_full_are_named(self) -> None:
        assert asked("x", TWO.failed("dynamics.queues")).unread == ("dynamics.queues",)
        assert asked("x", TWO.partial("dynamics.systemusers")).unread == ("dynamics.systemusers",)


class TestNamedById:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            (GUID, "mailbox"),
            (GUID.upper(), "mailbox"),
            (f"mailbox:{GUID}", "mailbox"),
            (f"user:{GUID}", "user"),
            (f"Queue: {GUID} ", "queue"),
        ],
    )
    def test_one_record_is_asked_for(self, text: str, kind: str) -> None:
        assert named_by_id(text) == (SubjectPattern(kind, GUID),)

    @pytest.mark.parametrize(
        "text", [f"profile:{GUID}", f"address:{GUID}", GUID.replace("-", ""), "Max", ""]
    )
    def test_anything_else_is_searched_for_among_all(self, text: str) -> None:
        assert named_by_id(text) == ()


STALE = "2026-11-01T03:00:00Z"
BROKEN = rows.tables(
    [rows.mailbox(name="Max", lastsuccessfulsynccompletedon=STALE, processinglastattemptedon=STALE)]
)


class TestMailbox:
    def test_one_that_works_has_nothing_to_repair(self) -> None:
        explanation = one("mailbox-1", TWO)
        assert (explanation.standing, explanation.to_repair) == ("working", ())
        assert (explanation.behind, explanation.mailboxes) == ({}, ())

    def test_one_that_is_not_meant_to_synchronize_has_no_standing(self) -> None:
        off = {f"{each}emaildeliverymethod": 0 for each in ("incoming", "outgoing")}
        unused = rows.tables([rows.mailbox(actdeliverymethod=2, **off)])
        explanation = one("mailbox-1", unused)
        assert (explanation.standing, explanation.to_repair) == ("", ())
        assert all(each.about is None for each in explanation.judgements)

    def test_one_that_is_broken_says_what_to_repair(self) -> None:
        explanation = one("Max", BROKEN)
        assert explanation.standing == "broken"
        causes = [each for each in explanation.to_repair if each.subject == explanation.subject]
        assert causes
        assert all(each.remedy for each in causes)

    def test_a_change_that_was_shown_to_repair_it_is_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        steps = SimpleNamespace(look=lambda cause, group: f"Change {cause.id}.")
        monkeypatch.setattr("auditor.why.FirstSteps", lambda *given: steps)
        outside = rows.tables([rows.mailbox()], profiles=[rows.profile(statecode=1)])
        (cause,) = one("mailbox-1", outside).to_repair
        assert cause.subject.kind == "profile"
        assert cause.change == f"Change {cause.cause}."

    def test_facts_are_told_with_their_evidence(self) -> None:
        facts = {each.name: each for each in one("Max", BROKEN).facts}
        method = facts["incoming_method"]
        assert (method.value, method.reason, method.remedy) == ("SERVER_SIDE", "", "")
        assert [each.record for each in method.evidence] == ["mailbox-1"]
        assert facts["owner.enabled"].value is True
        assert facts["profile.id"].value == "profile-1"
        assert not any(name.endswith("origins") for name in facts)

    def test_what_is_unknown_says_why(self) -> None:
        facts = {
            each.name: each
            for each in one("Max", BROKEN.secured("dynamics.mailboxes", "statecode")).facts
        }
        assert facts["active"].value is None
        assert facts["active"].reason
        assert facts["active"].remedy

    def test_judgements_come_by_outcome_then_effect_severity_and_rule(self) -> None:
        told = one("Max", BROKEN).judgements
        outcomes = ("fail", "undetermined", "pass", "not-applicable")
        severities = ("error", "warning", "note")
        effects = ("stops", "unsupported", "degrades", "none")
        keys = [
            (
                outcomes.index(each.outcome),
                effects.index(each.effect) if each.outcome == "fail" else 0,
                severities.index(each.severity),
                each.rule,
            )
            for each in told
        ]
        assert keys == sorted(keys)
        assert {key[0] for key in keys} == {0, 1, 2, 3}

    def test_a_finding_has_a_remedy_and_what_is_settled_has_none(self) -> None:
        told = one("Max", BROKEN).judgements
        assert all(bool(each.remedy) == (each.outcome in ("fail", "undetermined")) for each in told)
        stale = of(one("Max", BROKEN), "synchronization-stale")
        assert stale.outcome == "fail"
        assert {each.record for each in stale.evidence} == {"mailbox-1"}
        assert stale.about is None

    def test_an_undetermined_one_says_what_it_lacks_itself(self) -> None:
        hidden = BROKEN.secured("dynamics.mailboxes", "emailrouteraccessapproval")
        judged = of(one("Max", hidden), "mailbox-not-approved")
        rule = next(each for each in catalogue() if each.id == "mailbox-not-approved")
        assert judged.outcome == "undetermined"
        assert judged.remedy != rule.remedy

    def test_what_bears_on_it_says_of_what(self) -> None:
        inactive = rows.profile(name="P", statecode=1)
        outside = rows.tables([rows.mailbox()], profiles=[inactive])
        about = [
            each.about for each in one("mailbox-1", outside).judgements if each.about is not None
        ]
        assert ("profile", "profile-1") in {(each.kind, each.id) for each in about}

    def test_names_are_those_of_the_records_in_evidence(self) -> None:
        names = one("mailbox-1", TWO).names
        assert names["profile-1"] == "profile-1"
        assert "profile-2" not in names


class TestReadAlone:
    """A mailbox that was read alone leaves open what rests on every mailbox."""

    def test_what_is_open_on_its_profile_the_tenant_and_the_organisation_is_told(self) -> None:
        told = one("mailbox-1", narrowed(TWO))
        open_ = {
            (each.about.kind, each.about.id)
            for each in told.judgements
            if each.about is not None and each.outcome == "undetermined"
        }
        assert ("profile", "profile-1") in open_
        assert ("profile", "profile-2") not in open_
        assert ORGANIZATION in open_

    def test_what_all_mailboxes_might_show_to_stop_it_leaves_open_how_it_stands(self) -> None:
        by_forwarding = rows.tables([rows.mailbox(incomingemaildeliverymethod=3)])
        rule = "forward-mailbox-missing"
        assert of(one("mailbox-1", by_forwarding), rule).outcome == "fail"
        assert one("mailbox-1", by_forwarding).standing == "broken"
        alone = one("mailbox-1", narrowed(by_forwarding))
        assert of(alone, rule).outcome == "undetermined"
        assert alone.standing == "unknown"

    def test_what_its_own_success_would_contradict_leaves_nothing_open(self) -> None:
        alone = one("mailbox-1", narrowed(TWO))
        assert of(alone, "asynchronous-service-stopped").outcome == "undetermined"
        assert alone.standing == "working"

    def test_nothing_is_added_where_all_were_read(self) -> None:
        told = one("mailbox-1", TWO).judgements
        assert not any(each.about and each.outcome == "undetermined" for each in told)


def narrowed(outside: Recorded) -> Recorded:
    """The same, where only one of the mailboxes was asked for."""
    source = "dynamics.mailboxes"
    told = outside.told[source]
    state = recorded.replace(
        told.state, status="read", records=1, code=NARROWED, reason="one", remedy="all"
    )
    return outside.but(source, recorded.Told(told.rows[:1], state))


class TestAnythingElse:
    def test_a_profile_has_its_use_and_the_mailboxes_behind_it(self) -> None:
        explanation = one("profile-1", BROKEN)
        names = [each.name for each in explanation.facts]
        assert "server_type" in names
        assert "use.synchronizing_mailboxes" in names
        assert explanation.behind["broken"] == 1
        assert [each.id for each in explanation.mailboxes] == ["mailbox-1"]
        assert explanation.standing == ""

    @pytest.mark.parametrize(
        "text", ["profile-2", "organization", "email-system:mail.contoso.example", "tenant"]
    )
    def test_its_own_rules_are_told(self, text: str) -> None:
        explanation = one(text, TWO)
        kinds = {each.id: each.subject for each in catalogue()}
        told = explanation.judgements
        assert told
        assert {kinds[each.rule] for each in told} == {explanation.subject.kind}
        assert len({each.rule for each in told}) == len(told)


class TestWaivers:
    def waiver(self, rule: str, **changes: Any) -> Waiver:
        return Waiver(rule=rule, reason="CHG-1", until=datetime.date(2027, 3, 31), **changes)

    def test_a_finding_is_marked_and_a_pass_is_not(self) -> None:
        waivers = [self.waiver(each.id) for each in catalogue()]
        for judged in one("Max", BROKEN, *waivers).judgements:
            meant = judged.outcome in ("fail", "undetermined")
            assert judged.waived == (Waived("CHG-1", "2027-03-31") if meant else None)

    def test_one_for_what_bears_on_it_is_matched_with_that(self) -> None:
        inactive = rows.profile(name="P", statecode=1)
        outside = rows.tables([rows.mailbox()], profiles=[inactive])
        (about,) = {
            each.rule
            for each in one("mailbox-1", outside).judgements
            if each.about is not None and each.about.kind == "profile" and each.outcome == "fail"
        }
        of_profile = self.waiver(about, subject="profile:P")
        of_mailbox = self.waiver(about, subject="mailbox:*")
        assert of(one("mailbox-1", outside, of_profile), about).waived
        assert of(one("mailbox-1", outside, of_mailbox), about).waived is None
