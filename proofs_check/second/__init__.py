"""The second family of checkers, on python-flint, written from formats/ alone; shares nothing with the kernel."""
