"""What the paper on several scales says of single neurons, their transforms and the embeddings."""
