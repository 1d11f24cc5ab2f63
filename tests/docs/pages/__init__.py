"""Pages of the documents against what they speak of."""
