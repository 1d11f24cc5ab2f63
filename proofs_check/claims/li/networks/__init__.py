"""What Li et al. say of max-margin networks: widths, spectra, ties, moduli."""
