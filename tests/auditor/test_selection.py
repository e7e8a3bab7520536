"""What `--only` names: kinds that go together, matched by name, address or id, case ignored."""

from typing import Any

import pytest

from auditor.selection import EVERYTHING, matches, narrowed, selection_of
from auditor.usage import UsageProblem
from connectors.sources.catalogue import readers
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import NARROWED, SourceState
from rules.rule import catalogue
from tests.auditor import rows


@pytest.mark.parametrize("text", ["mailbox", "mailbox:", "person:anna", ":anna", ""])
def test_what_is_no_kind_and_pattern_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match="--only takes KIND:GLOB"):
        selection_of([text])


def test_mailboxes_and_others_are_not_named_together() -> None:
    assert selection_of(["mailbox:a*", "queue:b*", "user:c"]).of_mailboxes
    assert not selection_of(["profile:a*", "tenant:*"]).of_mailboxes
    with pytest.raises(UsageProblem, match="not both"):
        selection_of(["mailbox:a*", "profile:b*"])


def test_nothing_named_means_every_subject() -> None:
    assert not EVERYTHING
    assert EVERYTHING.names("profile", "Any")
    assert EVERYTHING.rules_of(catalogue()) == catalogue()


def test_a_subject_is_named_by_its_kind_and_one_of_its_texts() -> None:
    only = selection_of(["Profile:Sales*"])
    assert only.names("profile", "sales europe", "id-1")
    assert only.names("profile", "Other", "SALES-1")
    assert not only.names("profile", "Presales", None)
    assert not only.names("email-system", "sales europe")


@pytest.mark.parametrize(("asked", "subject"), [("user:a", "mailbox"), ("tenant:*", "tenant")])
def test_rules_are_those_of_the_kinds_that_are_named(asked: str, subject: str) -> None:
    rules = selection_of([asked]).rules_of(catalogue())
    assert {rule.subject for rule in rules} == {subject}


def test_a_pattern_ignores_case_and_what_is_no_text() -> None:
    assert matches("ANNA@*", None, "anna@contoso.com")
    assert not matches("anna", "anna@contoso.com")
    assert not matches("*", None)


class TestNarrowed:
    """Of mailboxes only those that are meant come, by themselves or by whose they are."""

    OUTSIDE = rows.tables(
        [
            rows.mailbox("of-user", name="x", regarding="user-1", owner="user-1"),
            rows.mailbox("of-queue", name="x", regarding="queue-1", owner="queue-1"),
            rows.mailbox("by-name", name="Anna", regarding="user-2", owner="user-2"),
            rows.mailbox("other", name="x", regarding="user-2", owner="user-2"),
        ],
        users=[rows.user(), rows.user("user-2", fullname="Other", internalemailaddress="o@x")],
    )

    def read(self, asked: str, outside: Any = OUTSIDE) -> tuple[dict[str, list[str]], SourceState]:
        source = narrowed(outside, selection_of([asked]))
        found = {}
        for name, id in (
            ("dynamics.systemusers", "systemuserid"),
            ("dynamics.queues", "queueid"),
            ("dynamics.emailserverprofiles", "emailserverprofileid"),
            ("dynamics.mailboxes", "mailboxid"),
        ):
            (reader,) = (each for each in readers() if each.source == name)
            stream = source.open(reader, EarlierReadings())
            found[name] = [getattr(row, id) for page in stream for row in page.rows]
        return found, stream.state

    @pytest.mark.parametrize(
        ("asked", "ids"),
        [
            ("user:user-1", ["of-user"]),
            ("user:a person", ["of-user"]),
            ("queue:a queue", ["of-queue"]),
            ("queue:user-1", []),
            ("user:a queue", []),
            ("mailbox:anna", ["by-name"]),
            ("mailbox:other@contoso.example", ["other"]),
            ("mailbox:a person", []),
        ],
    )
    def test_those_of_a_user_or_queue_and_those_that_are_named(
        self, asked: str, ids: list[str]
    ) -> None:
        found, state = self.read(asked)
        assert found["dynamics.mailboxes"] == ids
        assert found["dynamics.systemusers"] == ["user-1", "user-2"]
        assert found["dynamics.queues"] == ["queue-1"]
        assert found["dynamics.emailserverprofiles"] == ["profile-1"]
        assert (state.records, state.code, state.whole) == (len(ids), NARROWED, False)

    def test_what_else_is_wrong_with_the_reading_stays(self) -> None:
        _, state = self.read("mailbox:anna", self.OUTSIDE.partial("dynamics.mailboxes"))
        assert state.code == "privilege-depth"

    def test_where_no_mailbox_is_named_all_of_them_come(self) -> None:
        assert narrowed(self.OUTSIDE, selection_of(["profile:x"])) is self.OUTSIDE
        assert narrowed(self.OUTSIDE, EVERYTHING) is self.OUTSIDE
