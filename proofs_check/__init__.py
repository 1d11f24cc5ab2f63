"""Why the answers can be believed: certificates, and checkers that trust nothing."""
