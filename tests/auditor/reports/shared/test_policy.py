"""A page loads its own style and script, by what they are, and nothing else."""

import base64
import hashlib

from auditor.reports.shared.policy import policy


def hash_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_a_page_without_a_script_allows_none() -> None:
    assert policy("a {}") == (
        f"default-src 'none'; style-src '{hash_of('a {}')}'; base-uri 'none'; form-action 'none'"
    )


def test_a_script_is_allowed_by_its_hash() -> None:
    assert f"; script-src '{hash_of('1')}'; base-uri" in policy("a {}", "1")
