"""The report: what the project knows as pages that open from disk, with an explorer that runs its Python."""
