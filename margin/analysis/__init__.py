"""Analysis of any model's tensors, by numpy alone: spectra, irreducible representations, singular values, clusters.

It imports nothing else of the project, so that training, figures, claims and reports share it. The sizes of a vector
are squared norms throughout; a share is a part of a squared norm, between 0 and 1.
"""
