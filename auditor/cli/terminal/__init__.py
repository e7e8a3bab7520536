"""What a command writes on the terminal: answers, messages and progress. No report."""
