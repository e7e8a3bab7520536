"""`auditor rules`: the catalogue.

Tested in `tests/auditor/cli/test_catalogue.py`.
"""

from typing import Annotated, Literal

import typer

Format = Literal["terminal", "json", "markdown"]


def command(
    format: Annotated[Format, typer.Option(help="How to show it.")] = "terminal",
) -> None:
    """List every rule. `auditor explain RULE` tells all of one."""
    from auditor.catalogue.needs import needs_of
    from auditor.cli.terminal.output import columns, fits, markdown_table, show, show_bytes, wrapped
    from rules.rule import catalogue

    rules = catalogue()
    if format == "json":
        import msgspec

        listed = [
            {
                "id": rule.id,
                "title": rule.title,
                "kind": rule.kind,
                "severity": rule.severity,
                "effect": rule.effect,
                "subject": rule.subject,
                "population": rule.population,
                "statements": rule.statements,
                "remedy": rule.remedy,
                "source": rule.source,
                "thresholds": [threshold.name for threshold in rule.thresholds],
                "needs": needs_of(rule),
            }
            for rule in rules
        ]
        show_bytes(msgspec.json.format(msgspec.json.encode(listed), indent=2) + b"\n")
        return
    rows = [("rule", "kind", "severity", "effect", "needs", "title")]
    for rule in rules:
        reads = ", ".join(needs_of(rule).sections())
        rows.append((rule.id, rule.kind, rule.severity, rule.effect, reads, rule.title))
    if format == "markdown":
        show(markdown_table(rows))
    elif fits(rows):
        show(columns(rows))
    else:
        for id, kind, severity, effect, needs, title in rows[1:]:
            told = f"{kind}, {severity}, {effect}; reads {needs}"
            show([id, *wrapped(told, "  "), *wrapped(title, "  ")])
