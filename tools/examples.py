"""Writes auditor/catalogue/examples.json: what each rule said in its own tests.

Run by `make docs`; with `--check` nothing is written, and a difference is told with exit 1. The
tests run as they are, with each rule's `check` listened to; the declarations that a rule asks for
are those that it looks at in the worlds of tests/rules.
"""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import force_setattr

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from auditor.catalogue.examples import Example, Shown, Told  # noqa: E402
from rules.facts import Declared  # noqa: E402
from rules.rule import FOLDERS, Rule, catalogue  # noqa: E402
from rules.verdict import Fail, Pass, Verdict  # noqa: E402
from tests.rules.worlds import explore  # noqa: E402

FILE = ROOT / "auditor" / "catalogue" / "examples.json"
WORLDS = 60


class Listening:
    """A plugin of pytest that notes the first failure and pass of each rule in its own tests."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.failed: dict[str, Told] = {}
        self.passed: dict[str, Told] = {}
        self._module = ""
        for rule in rules:
            heard = self._heard(rule, rule.check)
            vars(sys.modules[rule.check.__module__])["check"] = heard
            force_setattr(rule, "check", heard)

    def _heard(self, rule: Rule, check: Callable[..., Verdict]) -> Callable[..., Verdict]:
        own = f"test_{rule.id.replace('-', '_')}"

        @functools.wraps(check)
        def heard(*arguments: Any) -> Verdict:
            verdict = check(*arguments)
            if self._module == own and isinstance(verdict, Fail | Pass):
                met = self.failed if isinstance(verdict, Fail) else self.passed
                met.setdefault(rule.id, _told(rule, verdict))
            return verdict

        return heard

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Notes whose tests these are."""
        self._module = item.path.stem


def _told(rule: Rule, verdict: Fail | Pass) -> Told:
    shown = dict.fromkeys(
        Shown(each.source, each.field, each.value)
        for each in verdict.evidence
        if not isinstance(each.value, tuple)
    )
    severity = (verdict.severity or rule.severity) if isinstance(verdict, Fail) else None
    return Told(message=verdict.message, evidence=tuple(shown), severity=severity)


def _declarations(rule: Rule) -> tuple[str, ...]:
    """The declarations that the rule looks at."""
    if all(need is not Declared for _, need in rule.needs):
        return ()
    read = {path for seen in explore(rule, WORLDS) for path in seen.read}
    return tuple(sorted({path[1] for path in read if path[0] is Declared}))


def page() -> str:
    """The text of the file, a rule a line.

    Raises SystemExit where a test fails or a rule has no example.
    """
    rules = catalogue()
    declarations = {rule.id: _declarations(rule) for rule in rules}
    listening = Listening(rules)
    folders = [str(ROOT / "tests" / folder.replace(".", "/")) for folder in FOLDERS]
    quiet = ["-q", "--no-header", "--no-summary", "-n", "0", "-p", "no:cacheprovider"]
    if pytest.main([*folders, *quiet], plugins=[listening]) != 0:
        raise SystemExit("The tests of the rules fail, so there are no examples to take from them.")
    lacking = [
        rule.id
        for rule in rules
        if rule.id not in listening.failed or rule.id not in listening.passed
    ]
    if lacking:
        raise SystemExit(f"No failing and passing test of their own: {', '.join(lacking)}")
    found = {
        rule.id: Example(
            fails=listening.failed[rule.id],
            passes=listening.passed[rule.id],
            declarations=declarations[rule.id],
        )
        for rule in rules
    }
    lines = ",\n".join(
        f'"{id}": {msgspec.json.encode(example).decode()}' for id, example in found.items()
    )
    return f"{{\n{lines}\n}}\n"


def main(arguments: list[str]) -> int:
    """0: written, or fresh; 1: `--check` found a difference."""
    made = page()
    if "--check" not in arguments:
        FILE.write_text(made, "utf-8")
    elif not FILE.exists() or FILE.read_text("utf-8") != made:
        sys.stderr.write(
            "Not fresh: auditor/catalogue/examples.json. Run `make docs` and commit it.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
