"""What a finding goes by never changes: histories, waivers and baselines rest on it."""

import pytest

from auditor.findings.fingerprints import fingerprint


def test_a_fingerprint_is_the_same_in_every_release():
    assert fingerprint("contoso", "mailbox-not-approved", "mailbox", "m-1") == (
        "83b70e28b60be6eeec39e528f3d5c37e67445e7d504bbf0fcf5eea05aaa86210"
    )


@pytest.mark.parametrize("at", range(4))
def test_environment_rule_kind_and_subject_each_make_another_one(at):
    told = ["contoso", "mailbox-not-approved", "mailbox", "m-1"]
    other = [*told[:at], ("fabrikam", "a-rule", "profile", "m-2")[at], *told[at + 1 :]]
    assert fingerprint(*told) != fingerprint(*other)


@pytest.mark.parametrize("kind", ["organization", "tenant"])
def test_of_what_is_one_the_id_does_not_count(kind):
    assert fingerprint("contoso", "a-rule", kind, "o-1") == fingerprint(
        "contoso", "a-rule", kind, "o-2"
    )


def test_a_name_that_no_encoding_holds_has_a_fingerprint_too():
    assert len(fingerprint("contoso\ud800", "a-rule", "mailbox", "m-\ud800")) == 64
