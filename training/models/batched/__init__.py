"""One step of many networks at once, by hand, with a leading axis of networks."""
