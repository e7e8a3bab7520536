"""What an audit must be able to read, and be told, so that a rule can be judged."""

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from auditor.catalogue.examples import examples
from auditor.catalogue.rules_by_source import sources_of
from rules.rule import Rule


class SourceNeed(Struct, frozen=True):
    """One source, the section of the configuration that it needs, and what it must be granted."""

    source: str
    section: str
    permission: str


class Needs(Struct, frozen=True):
    """Without one of the sources the rule is undetermined for some subject.

    `declarations` are the keys of the section `declared` that it asks for.
    """

    sources: tuple[SourceNeed, ...]
    declarations: tuple[str, ...]

    def sections(self) -> tuple[str, ...]:
        """The parts of the configuration that the rule rests on, each once."""
        parts = [each.section.partition(".")[0] for each in self.sources]
        return tuple(dict.fromkeys([*parts, *(["declared"] if self.declarations else [])]))


def needs_of(rule: Rule) -> Needs:
    """The needs of a rule, its sources by name; none of a rule that `make docs` has not seen."""
    example = examples().get(rule.id)
    return Needs(
        sources=tuple(_source_needs()[source] for source in sources_of(rule.id)),
        declarations=() if example is None else example.declarations,
    )


@cache
def _source_needs() -> dict[str, SourceNeed]:
    """What each source needs. Made by `make docs`, for the readers take half a second to load."""
    text = Path(__file__).with_name("sources.json").read_bytes()
    return {each.source: each for each in msgspec.json.decode(text, type=list[SourceNeed])}
