"""Which records are asked for by id, where a text is one."""

import pytest

from auditor.why.named import named_by_id
from connectors.dynamics.wanted import SubjectPattern

GUID = "0a1b2c3d-0000-4000-8000-000000000001"


class TestNamedById:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            (GUID, "mailbox"),
            (GUID.upper(), "mailbox"),
            (f"mailbox:{GUID}", "mailbox"),
            (f"user:{GUID}", "user"),
            (f"Queue: {GUID} ", "queue"),
        ],
    )
    def test_one_record_is_asked_for(self, text: str, kind: str) -> None:
        assert named_by_id(text) == (SubjectPattern(kind, GUID),)

    @pytest.mark.parametrize(
        "text", [f"profile:{GUID}", f"address:{GUID}", GUID.replace("-", ""), "Max", ""]
    )
    def test_anything_else_is_searched_for_among_all(self, text: str) -> None:
        assert named_by_id(text) == ()
