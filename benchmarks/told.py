"""What an audit tells of itself beside its time, its rows and its memory."""

import msgspec


class Told(msgspec.Struct, kw_only=True):
    """The digest and number of its findings, the sizes of what it wrote, and what judging took."""

    digest: str = ""
    findings: int = 0
    report_bytes: int = 0
    snapshot_bytes: int = 0
    asking_rules_s: float = 0.0
    making_findings_s: float = 0.0
    keeping_rows_s: float = 0.0
    processor_s: float = 0.0
    requests: int = 0
