"""The figures, one family a file: each module has PICTURES, and is found by the registry without being named."""
