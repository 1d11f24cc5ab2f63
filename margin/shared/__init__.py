"""Addition with one embedding for all inputs: gamma* enclosed by networks and sums of squares in integers."""
