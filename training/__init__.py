"""Training of the decision model: data, networks, the training loop, and the files that are committed."""
