"""The register of the papers' claims: what a claim is, how claims are found, checked, recorded and written down."""
