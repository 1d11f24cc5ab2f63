"""Claims of Morwani et al., Feature emergence via margin maximization (arXiv 2311.07568), and of its blog post."""
