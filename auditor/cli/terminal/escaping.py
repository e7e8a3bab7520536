"""Text that steers no terminal, wherever it is from: a report given as input may say anything."""

_LAYOUT = "\n\t"
"""What lines that the program lays out itself may hold."""


def harmless(text: str) -> str:
    """The text with the codes of what would steer a terminal; line ends and tabs stay."""
    if text.translate(_WITHOUT_LAYOUT).isprintable():
        return text
    # Most lines need none of it, and some commands load no report.
    from auditor.reports.shared.text import plain

    return "".join(each if each in _LAYOUT else plain(each) for each in text)


_WITHOUT_LAYOUT = str.maketrans("", "", _LAYOUT)
