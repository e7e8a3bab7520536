"""From verdicts to the `Audit` value: findings, totals, standing, waivers.

Nothing here asks a rule, and nothing writes a report.
"""
