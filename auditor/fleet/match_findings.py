"""What the comparison of environments finds in one of them: findings, and what to change.

Tested in `tests/auditor/fleet/test_settled.py`.
"""

from collections.abc import Iterator
from functools import cached_property

from auditor.findings.fingerprints import fingerprint
from auditor.findings.repairs import repairs_of
from auditor.findings.waivers import Waivers
from auditor.fleet.compared_environments import ADDRESS
from auditor.fleet.comparison import MOST_NAMED, Match, Settlement
from auditor.model import Audit, Finding, RootCause, Severities, Subject, page_of
from connectors.normalisation.facts import MAILBOXES
from rules.counting import named
from rules.evidence import Evidence
from rules.verdict import EFFECTS, SEVERITIES, Fail

_EFFECTS = tuple(EFFECTS)
_MESSAGES = {
    ADDRESS: "The address also synchronizes in {}.",
    "another-organization-synchronizes": (
        "Appointments, contacts and tasks of the address also synchronize in {}."
    ),
    "sandbox-shares-address-with-production": (
        "The address also synchronizes in {}, which is in production."
    ),
}


class MatchFindings:
    """The findings of the mailboxes of one audit that have a match in another environment."""

    def __init__(self, audit: Audit, settlement: Settlement, waive: Waivers) -> None:
        self._environment = audit.environment
        self._settlement = settlement
        self._waive = waive
        self._rules = {each.rule.id: each.rule for each in audit.rules}
        self._page = page_of(audit.environment.url, "mailbox")

    def of(self, rule: str) -> Iterator[Finding]:
        """The findings that the comparison gives, by the ids of the mailboxes."""
        of = self._rules[rule]
        for match in self._settlement.matches.get(rule, ()):
            subject = self.subject(match)
            yield Finding(
                rule=rule,
                severity=of.severity,
                verdict=match.verdict,
                subject=subject,
                cause=None,
                affected=None,
                message=_with(_message(match), self._waive.reopened(rule, subject)),
                remedy=of.remedy,
                statements=(),
                evidence=_evidence(match),
                fingerprint=fingerprint(self._environment.name, rule, "mailbox", match.mailbox),
                waived=self._waive(rule, subject),
            )

    def subject(self, match: Match) -> Subject:
        """The mailbox of a match."""
        url = f"{self._page}{match.mailbox}%7D"
        return Subject("mailbox", match.mailbox, match.name, match.address, url)

    @cached_property
    def causes(self) -> tuple[RootCause, ...]:
        """What to change of each mailbox that fails: the gravest first."""
        found = [
            repair.cause(subject, 1, 0, self._waive(rule, subject))
            for rule in self._settlement.matches
            for match in self._settlement.matches[rule]
            if match.verdict == "fail"
            for subject in (self.subject(match),)
            for repair in repairs_of([(self._rules[rule], Fail(_message(match), ()))])
        ]
        return tuple(sorted(found, key=lambda each: (gravity(each), each.subject.id)))

    @cached_property
    def severities(self) -> Severities:
        """The unwaived failures, by severity."""
        found = Severities(0, 0, 0)
        for rule in self._settlement.matches:
            for each in self.of(rule):
                if each.verdict == "fail" and each.waived is None:
                    setattr(found, each.severity, getattr(found, each.severity) + 1)
        return found


def gravity(cause: RootCause) -> tuple[int, int]:
    """Where a cause stands among others: the gravest first."""
    return _EFFECTS.index(cause.effect), SEVERITIES.index(cause.severity)


def _message(match: Match) -> str:
    names = named([each.environment for each in match.others], MOST_NAMED, match.environments)
    if match.verdict == "fail":
        return _MESSAGES[match.rule].format(names)
    return (
        f"A mailbox of {names} has the address too, and what it synchronizes, or whether that "
        "organisation is in production, is not known."
    )


def _evidence(match: Match) -> tuple[Evidence, ...]:
    return (
        Evidence(MAILBOXES, match.mailbox, "emailaddress", match.address, match.read_at),
        *(
            Evidence(
                MAILBOXES,
                each.mailbox,
                "emailaddress",
                each.address,
                each.read_at,
                environment=each.environment,
            )
            for each in match.others
        ),
    )


def _with(message: str, also: str) -> str:
    return f"{message} {also}" if also else message
