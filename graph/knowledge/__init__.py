"""Knowledge: the operator's pages, read and checked (``pages``), and the entries that fit a question (``search``)."""
