"""`auditor explain`: one rule in full.

Tested in `tests/auditor/cli/test_catalogue.py`.
"""

from typing import Annotated

import typer

from auditor.cli.completing import rule_ids


def command(
    rule: Annotated[
        str,
        typer.Argument(
            metavar="RULE", autocompletion=rule_ids, help="As `auditor rules` lists it."
        ),
    ],
) -> None:
    """Tell one rule in full: what, why, how to fix it, sources."""
    from auditor.cli.answers.explanation import explanation
    from auditor.cli.terminal.output import show
    from auditor.usage import unknown
    from rules.rule import catalogue

    rules = {each.id: each for each in catalogue()}
    if rule not in rules:
        raise unknown("rule", rule, rules)
    show(explanation(rules[rule]))
