"""How a function becomes a rule, and what it takes from its parameters."""

from typing import Any

import pytest

from rules import rule as rules
from rules.facts import (
    Declared,
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    MailServer,
    Organization,
)
from rules.rule import Rule, catalogue, is_listing, rule, thresholds_of
from rules.thresholds import Threshold
from rules.unknown import Unknown
from rules.verdict import Pass, Verdict

USUAL: dict[str, Any] = {
    "title": "",
    "kind": "health",
    "severity": "note",
    "effect": "advice",
    "remedy": "",
    "source": "",
}


@pytest.fixture(autouse=True)
def own_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_registered", {})


def registered(check: Any, **said: Any) -> Rule:
    rule(**{"id": "x-y", **USUAL, **said})(check)
    return rules._registered[said.get("id", "x-y")]


def of_mailbox(mailbox: Mailbox, declared: Declared | Unknown, every: Every[Mailbox]) -> Verdict:
    """Looks at it."""
    return Pass("", ())


def of_profile(profile: EmailServerProfile) -> Verdict:
    return Pass("", ())


def of_server(server: MailServer) -> Verdict:
    return Pass("", ())


def of_tenant(tenant: ExchangeTenant) -> Verdict:
    return Pass("", ())


def of_organization(organization: Organization) -> Verdict:
    return Pass("", ())


def test_the_parameters_are_what_it_needs_and_the_first_is_its_subject() -> None:
    found = registered(of_mailbox)
    assert found.subject == "mailbox"
    assert found.needs == (
        ("mailbox", Mailbox),
        ("declared", Declared),
        ("every", Every[Mailbox]),
    )
    assert found.may_be_unknown == {"declared"}
    assert [is_listing(need) for _, need in found.needs] == [False, False, True]
    assert found.doc == "Looks at it."
    assert registered(of_profile).doc == ""


@pytest.mark.parametrize(
    ("check", "subject", "kind", "population"),
    [
        (of_mailbox, "mailbox", "health", "synchronizing"),
        (of_mailbox, "mailbox", "support", "synchronizing"),
        (of_profile, "profile", "support", "in-use"),
        (of_profile, "profile", "health", "all"),
        (of_server, "email-system", "support", "all"),
        (of_tenant, "tenant", "support", "all"),
        (of_organization, "organization", "support", "all"),
    ],
)
def test_whom_it_judges_follows_from_subject_and_kind(
    check: Any, subject: str, kind: str, population: str
) -> None:
    found = registered(check, kind=kind)
    assert (found.subject, found.population) == (subject, population)
    assert registered(check, kind=kind, population="in-use").population == "in-use"


def test_a_repair_of_its_own_is_named_by_the_rule() -> None:
    assert registered(of_profile).repair == "x-y"
    assert registered(of_profile, repair="other").repair == "other"


def test_what_is_no_subject_cannot_be_judged() -> None:
    def check(declared: Declared) -> Verdict:
        return Pass("", ())

    with pytest.raises(TypeError, match=r"rule x-y: .*Declared.* cannot be the subject"):
        registered(check)


def test_an_effect_is_one_of_the_list() -> None:
    with pytest.raises(ValueError, match="rule x-y: 'breaks' is no effect; write stops, "):
        registered(of_profile, effect="breaks")


def test_an_id_is_of_one_module() -> None:
    registered(of_profile)
    registered(of_server)

    def elsewhere(mailbox: Mailbox) -> Verdict:
        return Pass("", ())

    elsewhere.__module__ = "rules.health.other"
    with pytest.raises(ValueError, match="rule x-y is defined twice"):
        registered(elsewhere)
    assert registered(elsewhere, id="z").id == "z"


def test_the_catalogue_is_in_the_order_of_ids() -> None:
    ids = [each.id for each in catalogue()]
    assert ids == sorted(ids)


def test_a_threshold_is_declared_in_one_way() -> None:
    stale, other = Threshold("stale", 5, "old"), Threshold("stale", 6, "old")
    first = registered(of_profile, thresholds=(stale,))
    second = registered(of_server, id="z", thresholds=(stale, Threshold("few", 1, "few")))
    assert list(thresholds_of((first, second))) == ["stale", "few"]
    third = registered(of_tenant, id="w", thresholds=(other,))
    with pytest.raises(ValueError, match="threshold stale is declared in two ways"):
        thresholds_of((first, third))
