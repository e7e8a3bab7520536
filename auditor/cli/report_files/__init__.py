"""Where reports and overviews go: the path of each, and what was kept of earlier ones.

What a report says stands in `auditor/reports`.
"""
