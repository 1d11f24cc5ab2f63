"""Claims of Li et al., Fourier circuits in neural networks and transformers (arXiv 2402.09469)."""
