"""The one way in which the history fails."""


class HistoryProblem(Exception):
    """The history cannot be used: says why and what to do, and repeats no secret."""
