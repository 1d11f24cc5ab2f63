"""PyTorch's side of inspecting anybody's networks: files of state dicts, and any module run over a population."""
