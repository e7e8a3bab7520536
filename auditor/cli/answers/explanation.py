"""One rule in full, as `auditor explain` shows it.

Tested in `tests/auditor/cli/test_catalogue.py`.
"""

from collections.abc import Iterator
from typing import get_args

from auditor.catalogue.examples import Told, examples
from auditor.catalogue.needs import Needs, needs_of
from auditor.cli.terminal.output import wrapped
from auditor.configuration import format_duration
from auditor.reports.shared import evidence_words
from rules.edition import EDITIONS, load
from rules.rule import Rule, is_listing
from rules.thresholds import Threshold
from rules.verdict import EFFECTS

_INDENT = "  "


def explanation(rule: Rule) -> Iterator[str]:
    """What the rule judges and why, how to fix what it finds, and what it rests on, in lines."""
    yield f"{rule.id} ({rule.kind}, {rule.severity})"
    yield from wrapped(rule.title)
    yield ""
    yield from wrapped(f"While it fails ({rule.effect}): {EFFECTS[rule.effect]}.")
    yield ""
    yield from wrapped(rule.doc)
    yield ""
    yield "Judges"
    yield from wrapped(f"{_population(rule)}.", _INDENT)
    yield "Looks at"
    yield from wrapped(", ".join(_need(need) for _, need in rule.needs), _INDENT)
    yield from _needs(needs_of(rule))
    yield "How to fix"
    yield from wrapped(rule.remedy, _INDENT)
    if rule.thresholds:
        yield "Thresholds"
        for threshold in rule.thresholds:
            yield from wrapped(f"{threshold.name} = {_default(threshold)}", _INDENT)
            yield from wrapped(threshold.meaning, _INDENT * 2)
    # A rule that is being written has none before `make docs`.
    if example := examples().get(rule.id):
        severity = example.fails.severity
        yield "Fails, for example" + (f" ({severity})" if severity != rule.severity else "")
        yield from _example(example.fails)
        yield "Passes, for example"
        yield from _example(example.passes)
    if rule.statements:
        yield "Statements"
        yield from _statements(rule)
    yield "Read more"
    yield f"{_INDENT}{rule.source}"


def _population(rule: Rule) -> str:
    match rule.population, rule.subject:
        case "synchronizing", _:
            return "mailboxes that are meant to synchronize"
        case "in-use", _:
            return "active email server profiles that a synchronizing mailbox uses"
        case _, "organization":
            return "the organization"
        case _, "tenant":
            return "the Exchange Online tenant"
        case _, "email-system":
            return "every mail server"
        case _, subject:
            return f"every {subject}"


def _need(need: object) -> str:
    if is_listing(need):
        return f"every {get_args(need)[0].__name__}, read whole"
    return getattr(need, "__name__", str(need))


def _needs(needs: Needs) -> Iterator[str]:
    if needs.sources:
        yield "Reads (`auditor doctor` lists which of them it may read)"
    for each in needs.sources:
        yield f"{_INDENT}{each.source}"
        yield from wrapped(each.permission, _INDENT * 2)
    if needs.declarations:
        yield "Asks the configuration, section `declared`"
        yield from wrapped(", ".join(needs.declarations), _INDENT)


def _example(told: Told) -> Iterator[str]:
    yield from wrapped(told.message, _INDENT)
    for each in told.evidence:
        yield f"{_INDENT * 2}{each.source} {each.field} = {evidence_words.value(each.value)}"


def _default(threshold: Threshold) -> str:
    if threshold.unit == "duration":
        return f'"{format_duration(threshold.default)}"'
    return str(threshold.default)


def _statements(rule: Rule) -> Iterator[str]:
    editions = [load(id) for id in EDITIONS]
    for id in rule.statements:
        for edition in editions:
            if id in edition:
                statement = edition.statement(id)
                yield from wrapped(f"{id}, edition {edition.id}, {statement.section}", _INDENT)
                yield from wrapped(statement.paraphrase, _INDENT * 2)
                yield f"{_INDENT * 2}{statement.source or edition.source}"
