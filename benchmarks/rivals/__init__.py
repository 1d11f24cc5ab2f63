"""This project's steps and solver against others' that do the same."""
