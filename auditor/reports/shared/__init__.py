"""What report formats have in common: the published shape, wording, grouping, streams of text.

No module here is a format.
"""
