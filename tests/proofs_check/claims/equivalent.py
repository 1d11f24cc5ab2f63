"""Changes of the claims' checks that nothing can notice, each with the reason."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {}
