"""Finds and reads the configuration for a command."""

from pathlib import Path

from auditor.configuration import Configuration, find_config, load
from auditor.reports import formats
from rules.rule import catalogue, thresholds_of


def load_configuration(asked: Path | None) -> Configuration:
    """The configuration asked for, or the first that is found. Raises `ConfigurationError`."""
    rules = catalogue()
    return load(
        find_config(asked),
        rule_ids={rule.id for rule in rules},
        thresholds=thresholds_of(rules),
        formats=formats(),
    )
