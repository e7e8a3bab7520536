"""A name that there is not is refused with the nearest, with all, or with the command for all."""

import pytest

from auditor.usage import unknown


@pytest.mark.parametrize(
    ("name", "known", "ends"),
    [
        ("Onlin", ["online", "crm-2016"], "did you mean online?"),
        ("moon", ["online", "crm-2016"], "there are online, crm-2016"),
        ("moon", ["online"], "there is only online"),
        ("Gmal", ["Gmail", "other"], "did you mean Gmail?"),
        ("moon", [f"edition-{number}" for number in range(15)], "edition-13, edition-14"),
        ("moon", [f"edition-{number}" for number in range(16)], "`auditor editions` lists all"),
    ],
)
def test_a_name_that_there_is_not(name: str, known: list[str], ends: str) -> None:
    message = str(unknown("edition", name, known))
    assert message.startswith(f"there is no edition '{name}'; ")
    assert message.endswith(ends)


def test_the_command_that_lists_may_have_another_name() -> None:
    known = [str(number) for number in range(20)]
    assert "`auditor init`" in str(unknown("table", "moon", known, listed_by="auditor init"))
