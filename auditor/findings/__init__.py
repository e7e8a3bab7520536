"""From verdicts to the `Audit` value: findings, totals, standings, causes, waivers.

Nothing here asks a rule, and nothing writes a report.
"""
