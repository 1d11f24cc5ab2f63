"""Claims of the papers, one file per claim or close family, each with a check that says whether it holds."""

from proofs_check.claims.claim import VERDICTS, Claim, Finding, Kind, Refuted, Verdict, demand
from proofs_check.claims.registry import claim, load

__all__ = ["VERDICTS", "Claim", "Finding", "Kind", "Refuted", "Verdict", "claim", "demand", "load"]
