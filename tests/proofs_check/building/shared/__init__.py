"""Certificates of a shared embedding made for tests."""
