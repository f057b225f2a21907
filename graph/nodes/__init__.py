"""The nodes of the graph, one class a file: each takes the state and the runtime, and returns what changes.

A node imports no other node; what they share stands in ``graph`` itself.
"""
