"""The one way in which a source fails, and the same failure in other words."""

from connectors.transport.errors import SourceFailed

FAILURE = SourceFailed(
    "refused", "grant it", "forbidden", url="u", status=403, server_code="0x8", headers={"a": "b"}
)


def test_the_same_failure_in_other_words_keeps_all_else() -> None:
    for found, reason, remedy in (
        (FAILURE.but(), "refused", "grant it"),
        (FAILURE.but(reason="no"), "no", "grant it"),
        (FAILURE.but(remedy="look"), "refused", "look"),
        (FAILURE.but(reason="", remedy=""), "", ""),
    ):
        assert (found.reason, found.remedy) == (reason, remedy)
        assert (found.code, found.url, found.status) == ("forbidden", "u", 403)
        assert (found.server_code, found.headers) == ("0x8", {"a": "b"})
        assert str(found) == reason
    assert FAILURE.reason == "refused"


def test_a_failure_without_an_answer_has_no_status() -> None:
    found = SourceFailed("late", "wait", "timeout")
    assert (found.url, found.status, found.server_code, found.headers) == (None, None, None, {})
    assert repr(found) == "SourceFailed(code='timeout', reason='late')"
