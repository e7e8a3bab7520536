"""Words of PowerShell."""


def quoted(text: str) -> str:
    """The text as one word of PowerShell, in which nothing is expanded.

    PowerShell takes typographic marks for an apostrophe too ("about_Quoting_Rules"), and two of any
    for one that stands for itself.
    """
    for mark in "'\u2018\u2019\u201a\u201b":
        text = text.replace(mark, mark * 2)
    return f"'{text}'"
