"""Claims of Mechanistic interpretations at multiple scales of abstraction: revisiting modular addition."""
