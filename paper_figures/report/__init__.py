"""The report: what the project knows as a folder of pages that open from disk, with an explorer that runs its Python."""
