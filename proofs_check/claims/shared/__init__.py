"""What the checks of several claims compute with; no claim imports another."""
