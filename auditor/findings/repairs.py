"""What one change repairs: the failing rules of one subject, by the change that they name."""

from collections.abc import Iterable

from msgspec import Struct

from auditor.judging.bearing import effect_of, severity_of
from auditor.model import RootCause, Subject, Waived
from rules.rule import Rule
from rules.verdict import EFFECTS, SEVERITIES, Effect, Fail, Severity

_EFFECTS = tuple(EFFECTS)


class Repair(Struct, frozen=True):
    """The failing rules of one subject that one change repairs, the gravest first."""

    name: str
    rules: tuple[str, ...]
    effect: Effect
    severity: Severity
    steps: tuple[str, ...]

    @property
    def gravity(self) -> tuple[int, int]:
        """Orders repairs by effect, then severity."""
        return _EFFECTS.index(self.effect), SEVERITIES.index(self.severity)

    def id_of(self, subject: Subject) -> str:
        """The id of the cause: the same in every run, and told by whoever names the subject."""
        return f"{subject.kind}:{subject.id}:{self.name}"

    def cause(
        self,
        subject: Subject,
        mailboxes: int,
        repairs: int,
        waived: Waived | None,
        repairs_together: int = 0,
    ) -> RootCause:
        """The cause that it is for one subject."""
        return RootCause(
            id=self.id_of(subject),
            subject=subject,
            rules=self.rules,
            effect=self.effect,
            severity=self.severity,
            mailboxes=mailboxes,
            repairs=repairs,
            remedy=self.steps[0],
            steps=self.steps,
            waived=waived,
            repairs_together=repairs_together,
        )


def repairs_of(failing: Iterable[tuple[Rule, Fail]]) -> tuple[Repair, ...]:
    """The failing verdicts of one subject, those of one change together, the gravest first."""
    found: dict[str, list[tuple[Rule, Fail]]] = {}
    for rule, verdict in failing:
        found.setdefault(rule.repair, []).append((rule, verdict))
    repairs = [_repair(name, fails) for name, fails in found.items()]
    return tuple(sorted(repairs, key=lambda each: (each.gravity, each.name)))


def _repair(name: str, fails: list[tuple[Rule, Fail]]) -> Repair:
    fails = sorted(fails, key=_gravity)
    steps = dict.fromkeys(verdict.remedy or rule.remedy for rule, verdict in fails)
    return Repair(
        name=name,
        rules=tuple(rule.id for rule, _ in fails),
        effect=effect_of(*fails[0]),
        severity=min((severity_of(*each) for each in fails), key=SEVERITIES.index),
        steps=tuple(steps),
    )


def _gravity(failing: tuple[Rule, Fail]) -> tuple[int, int, str]:
    rule, verdict = failing
    return (
        _EFFECTS.index(effect_of(rule, verdict)),
        SEVERITIES.index(severity_of(rule, verdict)),
        rule.id,
    )
