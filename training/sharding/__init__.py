"""One run in several processes, each with a part of the inputs of every step."""
