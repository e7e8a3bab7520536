"""One module for each released shape of the history: the step to it from the one before."""
