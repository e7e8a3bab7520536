"""The folder is the list of formats."""

import subprocess
import sys

import pytest

from auditor.reports import UnknownFormat, formats, writer


def test_every_format_is_found():
    assert {"json", "terminal"} <= set(formats())


def test_a_format_has_an_extension_and_writes():
    for name in formats():
        found = writer(name)
        assert found.format == name
        assert found.extension.isalnum()
        assert callable(found.write)


def test_an_unknown_format_is_refused_with_those_known():
    with pytest.raises(UnknownFormat, match=r"'pdf' is no report format; known are .*json"):
        writer("pdf")


def test_a_format_loads_none_of_the_others():
    code = (
        "import sys\nfrom auditor.reports import formats, writer\n"
        "writer('json'), formats()\n"
        "sys.exit(' '.join({'jinja2', 'auditor.reports.csv_report'} & set(sys.modules)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
