"""HTML of small pages: text made harmless, tables whose cells name their columns."""

import pytest

from auditor.reports.shared.markup import CLOSED, is_web, opened, safe, table


def test_text_is_escaped_and_on_one_line():
    assert (
        safe("<b a=\"1\" c='2'>&\n\x1b") == "&lt;b a=&quot;1&quot; c=&#x27;2&#x27;&gt;&amp; \\x1b"
    )


def test_a_table_names_the_column_at_each_cell():
    assert "".join(table("Runs", ["Day", "Found"], [["1", "2"], ["3", "4"]])) == (
        opened("Runs", ["Day", "Found"])
        + '<tr><td data-label="Day">1</td><td data-label="Found">2</td></tr>\n'
        + '<tr><td data-label="Day">3</td><td data-label="Found">4</td></tr>\n'
        + CLOSED
    )
    head = opened("Runs", ["Day"])
    assert "<caption>Runs</caption>" in head
    assert '<th scope="col">Day</th>' in head


def test_a_row_of_another_length_is_an_error():
    with pytest.raises(ValueError, match="shorter"):
        list(table("Runs", ["Day", "Found"], [["1"]]))


@pytest.mark.parametrize(
    ("address", "is_one"),
    [("https://a", True), ("http://a", False), ("", False), ("https://a\n", False)],
)
def test_a_link_leads_to_https_alone(address, is_one):
    assert is_web(address) is is_one
