from auditor.report_names import report_names
from auditor.reports import formats


def test_every_format_is_named_and_the_usual_one_comes_first():
    assert report_names()[0] == "terminal"
    assert sorted(report_names()) == list(formats())
