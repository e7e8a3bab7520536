"""The page of the HTML report: what it shows, bounded, and the template, style and script of it.

`collected` makes one pass over the mailboxes and one over the findings; `causes`, `mailboxes` and
`rule_parts` word what the template shows of them, `view` the rest; `plots` measures the drawings.
"""
