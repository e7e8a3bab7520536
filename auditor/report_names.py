"""The names of the report formats, told without importing a writer: `--help` must cost little."""

import re
from importlib import resources

_FORMAT = re.compile(r'^FORMAT = "([\w-]+)"$', re.MULTILINE)


def report_names() -> tuple[str, ...]:
    """Every format by name, the terminal's first, as the modules of `auditor.reports` state it."""
    found = {
        name
        for module in resources.files("auditor").joinpath("reports").iterdir()
        if module.name.endswith(".py")
        for name in _FORMAT.findall(module.read_text("utf-8"))
    }
    return ("terminal", *sorted(found - {"terminal"}))
