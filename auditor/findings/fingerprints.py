"""What a finding goes by in every run, however it is worded and whatever else was found."""

from hashlib import sha256

from auditor.model import SubjectKind


def fingerprint(environment: str, rule: str, kind: SubjectKind, id: str) -> str:
    """The fingerprint of a rule's finding on one subject.

    The organisation and the tenant are one each: their ids do not count.
    """
    is_one = kind in ("organization", "tenant")
    return fingerprint_of(prefix(environment, rule, kind), "" if is_one else id)


def prefix(environment: str, rule: str, kind: SubjectKind) -> bytes:
    """What the fingerprints of a rule's findings on one kind of subject begin with."""
    return f"v1\n{environment}\n{rule}\n{kind}\n".encode("utf-8", "replace")


def fingerprint_of(prefix: bytes, subject: str) -> str:
    """The fingerprint, given what it begins with and what tells the subject."""
    return sha256(prefix + subject.encode("utf-8", "replace")).hexdigest()
