"""What `--only` names: kinds that go together, matched by name, address or id, case ignored."""

import pytest

from auditor.selection import EVERYTHING, matches, selection_of
from auditor.usage import UsageProblem
from rules.rule import catalogue


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
