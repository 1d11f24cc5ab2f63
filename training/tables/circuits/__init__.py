"""Tables of recurrent networks, attention and transformers."""
