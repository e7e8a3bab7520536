"""What a shell completes where an option takes one of many names.

Tested in `tests/auditor/cli/test_application.py`.
"""

from collections.abc import Iterable

from auditor.report_names import report_names


def rule_ids(begun: str) -> list[str]:
    """The ids of rules that begin so."""
    from rules.rule import catalogue

    return _beginning(begun, (rule.id for rule in catalogue()))


def formats(begun: str) -> list[str]:
    """The report formats that begin so."""
    return _beginning(begun, report_names())


def editions(begun: str) -> list[str]:
    """The editions that begin so."""
    from rules.edition import EDITIONS

    return _beginning(begun, ("auto", *EDITIONS))


def kinds(begun: str) -> list[str]:
    """The kinds of rules that begin so."""
    from rules.rule import KINDS

    return _beginning(begun, KINDS)


def _beginning(begun: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(begun)]
