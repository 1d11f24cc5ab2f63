"""From a wide network to few neurons that compute the same: dead ones, own neurons, moved phases, minimal blocks."""
