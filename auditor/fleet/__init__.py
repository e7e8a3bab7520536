"""Several environments seen together. What one environment needs lives beside its audit."""
