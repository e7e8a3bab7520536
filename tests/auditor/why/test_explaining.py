"""What is told of a mailbox and of anything else, finding by finding."""

from types import SimpleNamespace

import pytest

from connectors.sources.source import NARROWED
from rules.rule import catalogue
from tests.auditor import recorded, rows
from tests.auditor.recorded import Recorded
from tests.auditor.why.test_why import BROKEN, ORGANIZATION, TWO, of, one


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
        monkeypatch.setattr("auditor.why.why.FirstSteps", lambda *given: steps)
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

    def test_no_fact_is_told_as_the_program_holds_it(self) -> None:
        outside = rows.tables([rows.mailbox()], profiles=[rows.profile()])
        for subject in ("mailbox-1", "profile-1"):
            for each in one(subject, outside).facts:
                held = each.value if isinstance(each.value, tuple) else (each.value,)
                assert all(isinstance(part, str | int | float | None) for part in held), each

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
