"""HTML: one file that asks no network, for whoever reads the report at nine.

The page is whole without its script up to 2,000 mailboxes that do not simply work; with it, they
can be searched, sorted, filtered and grouped. Its policy allows its own style and script alone.
"""

from typing import BinaryIO

from auditor.model import Audit
from auditor.reports.page.collected import collect
from auditor.reports.page.template import page
from auditor.reports.page.view import view
from auditor.reports.shared.text import text_stream

FORMAT = "html"
EXTENSION = "html"


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the page; what no longer fits is counted, and memory stays bounded."""
    found = collect(audit)
    with text_stream(out) as text:
        text.writelines(page(view(audit, found, exit_code)))
