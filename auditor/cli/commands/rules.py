"""`auditor rules`: the catalogue."""

from typing import Annotated, Literal

import typer

Format = Literal["terminal", "json", "markdown"]


def command(
    format: Annotated[Format, typer.Option(help="How to show it.")] = "terminal",
) -> None:
    """List every rule. `auditor explain RULE` tells all of one."""
    from auditor.catalogue.needs import needs_of
    from auditor.cli.output import columns, fits, markdown_table, show, show_bytes, wrapped
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
    rows = [("rule", "kind", "severity", "needs", "title")]
    rows += [
        (rule.id, rule.kind, rule.severity, ", ".join(needs_of(rule).sections()), rule.title)
        for rule in rules
    ]
    if format == "markdown":
        show(markdown_table(rows))
    elif fits(rows):
        show(columns(rows))
    else:
        for id, kind, severity, needs, title in rows[1:]:
            show([id, *wrapped(f"{kind}, {severity}; reads {needs}", "  "), *wrapped(title, "  ")])
