"""The page of the HTML report: what it shows, bounded, and the template, style and script of it.

`collected` makes one pass over the mailboxes and one over the findings, `view` words what the
template shows, `plots` measures the drawings.
"""
