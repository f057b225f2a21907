"""The decision model: typed questions about a message, a probability for each allowed answer."""
