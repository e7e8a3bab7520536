"""Whatever values the records of an organisation hold, the audit ends in a report."""

import datetime
import io
import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from auditor.audit import audit
from auditor.reports import formats, writer
from connectors.odata.page_decoder import PageDecoder
from connectors.sources.catalogue import readers
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from tests.auditor.random_organisations import made
from tests.auditor.recorded import READ_AT
from tests.fuzz.inputs import JSON, STEPS, changed, fewer, of_type, row_of, some

ROWS = sorted({each.row for each in readers()}, key=lambda row: f"{row.__module__}.{row}")
WHEN = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)


@fewer
@given(st.data(), st.integers(0, 2**32))
def test_an_audit_of_odd_values_ends_in_every_report(data: st.DataObject, seed: int) -> None:
    organisation = made(seed)
    outside = organisation.outside
    for _ in range(data.draw(st.integers(1, 6))):
        source = data.draw(st.sampled_from(sorted(outside.told)))
        told = outside.told[source]
        if not told.rows:
            continue
        at = data.draw(st.integers(0, len(told.rows) - 1))
        field = data.draw(st.sampled_from(msgspec.structs.fields(type(told.rows[at]))))
        odd = replace(told.rows[at], **{field.name: data.draw(of_type(field.type))})
        outside = outside.but(
            source, replace(told, rows=[*told.rows[:at], odd, *told.rows[at + 1 :]])
        )
    found = audit(organisation.request, outside, lambda: READ_AT)
    for name in formats():
        out = io.BytesIO()
        writer(name).write(found, out, exit_code=1)
        out.getvalue().decode("utf-8")


@some
@given(st.data())
def test_any_answer_of_a_listing_is_read_or_refused_in_words(data: st.DataObject) -> None:
    row: type[Struct] = data.draw(st.sampled_from(ROWS))
    shown = data.draw(st.lists(row_of(row), min_size=1, max_size=3))
    plain = json.loads(json.dumps(msgspec.to_builtins(shown), default=repr))
    listing: Any = {"@odata.context": "$metadata", "value": plain}
    for _ in range(data.draw(st.integers(0, 3))):
        listing = changed(listing, data.draw(JSON), data.draw(STEPS))
    body = json.dumps(listing).encode()
    decoder = PageDecoder(row, None)
    answer = Answer(200, {"content-type": "application/json"}, body, "https://a/b", WHEN, 1)
    decoder.take(answer, is_followed=False)
    try:
        for page, link in decoder.pages(wait=True):
            assert all(isinstance(each, row) for each in page.rows)
            assert link is None or isinstance(link, str)
    except SourceFailed as failure:
        assert failure.reason
        assert failure.remedy
