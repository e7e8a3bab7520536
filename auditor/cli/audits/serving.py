"""Keeps the simulated tenant up until the program is told to stop."""

from pathlib import Path


def serve_demo(scale: int, write_config: Path | None) -> int:
    """Serve, and give the exit code. Raises `UsageProblem`, `FileNotWritten`."""
    from auditor.demo.server import TenantNotStarted
    from auditor.demo.serving import DEFAULT_CONFIGURATION, serve
    from auditor.process.files import STORAGE_ERRORS, explain
    from auditor.usage import UsageProblem

    try:
        return serve(scale, config_path=write_config or DEFAULT_CONFIGURATION)
    except TenantNotStarted as refusal:
        raise UsageProblem(str(refusal)) from refusal
    except OSError as refusal:
        if refusal.errno not in STORAGE_ERRORS:
            raise
        raise UsageProblem(
            f"the simulated tenant's own files could not be written: {explain(refusal)}"
        ) from refusal
