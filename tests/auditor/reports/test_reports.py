"""The folder is the list of formats."""

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
