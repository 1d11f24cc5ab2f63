"""What Morwani et al. say of maximum margins of any network: norms, certificates, regularisation."""
