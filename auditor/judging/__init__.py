"""From facts to verdicts: each distinct configuration is judged once, and every mailbox counted.

The rules stand in `rules`; what a verdict means for a reader stands in `findings`.
"""
