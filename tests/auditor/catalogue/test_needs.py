"""What a rule needs, and that one which is still being written can be shown."""

from msgspec.structs import replace

from auditor.catalogue.needs import Needs, SourceNeed, needs_of
from auditor.cli.answers.explanation import explanation
from rules.rule import catalogue


def test_a_rule_that_no_page_shows_yet_is_explained_all_the_same() -> None:
    new = replace(catalogue()[0], id="a-rule-that-is-being-written")
    assert needs_of(new) == Needs((), ())
    lines = list(explanation(new))
    assert not any(line.startswith(("Fails", "Passes")) for line in lines)
    assert lines[-1].strip() == new.source


def test_every_rule_that_is_judged_needs_a_source_or_a_declaration() -> None:
    without = [rule.id for rule in catalogue() if needs_of(rule) == Needs((), ())]
    assert without == []


def test_the_parts_of_the_configuration_are_named_once() -> None:
    sources = (
        SourceNeed("a", "graph.inbox_rules", "p"),
        SourceNeed("b", "dynamics", "p"),
        SourceNeed("c", "graph", "p"),
    )
    assert Needs(sources, ()).sections() == ("graph", "dynamics")
    assert Needs(sources[1:2], ("fips_140_2",)).sections() == ("dynamics", "declared")
