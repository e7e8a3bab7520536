"""The names of the report formats, told without importing a writer: a start must cost little."""

import re
from functools import cache
from importlib import resources

_FORMAT = re.compile(r'^FORMAT = "([\w-]+)"$', re.MULTILINE)


@cache
def modules() -> dict[str, str]:
    """The modules of `auditor.reports` by the name of the format that each states, in its order."""
    found = {
        name: module.name.removesuffix(".py")
        for module in resources.files("auditor").joinpath("reports").iterdir()
        if module.name.endswith(".py")
        for name in _FORMAT.findall(module.read_text("utf-8"))
    }
    return dict(sorted(found.items()))


def report_names() -> tuple[str, ...]:
    """Every format by name, the terminal's first."""
    return ("terminal", *(name for name in modules() if name != "terminal"))
