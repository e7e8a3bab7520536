"""What a reader does where a source that it looks back at was not read in full."""

from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress
from connectors.transport.errors import SourceFailed


def rest_on(source: str, earlier: EarlierReadings, progress: Progress) -> None:
    """Return where the source was read; where only partly, the reading is partial as well.

    Raises `SourceFailed` where it was not read at all: there is nobody to ask about.
    """
    reading = earlier.readings.get(source)
    if reading is None or reading.state.whole:
        return
    state = reading.state
    reason = f"Needs {source}, which was read only in part: {state.reason}"
    if state.status == "partial":
        progress.shorten(state.code, reason, state.remedy)
        return
    raise SourceFailed(reason, state.remedy, state.code or state.status)
