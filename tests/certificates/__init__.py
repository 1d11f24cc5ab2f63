"""The corpus of certificates: valid ones, forgeries, and files that break the format."""
