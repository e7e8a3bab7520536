"""What is known and judged of one subject: which one is meant, and what is told of it."""

import datetime
from typing import Any

import pytest

from auditor.model import Waived
from auditor.request import Waiver
from auditor.why.answer import Answer, Explanation, Judgement
from auditor.why.named import SUGGESTED
from auditor.why.why import why
from rules.rule import catalogue
from tests.auditor import recorded, rows
from tests.auditor.recorded import Recorded

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
STALE = "2026-11-01T03:00:00Z"
BROKEN = rows.tables(
    [rows.mailbox(name="Max", lastsuccessfulsynccompletedon=STALE, processinglastattemptedon=STALE)]
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
