"""Pictures of one's own network: what they show, what the files say, what is refused."""
