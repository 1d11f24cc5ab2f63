"""What the paper on several scales says of random frequencies that separate the right label."""
