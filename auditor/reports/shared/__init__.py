"""What report formats have in common: the published shape, wording, grouping, streams of text."""
