"""The local CPU runtime: prepares, loads and runs the embedded weights."""
