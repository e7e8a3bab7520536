"""Input by chance: whatever comes in, the program answers in words, and never by a defect.

`make fuzz MINUTES=10` tries long; the tests try a little. An input that broke something becomes an
`@example`, or a test beside the module.
"""
