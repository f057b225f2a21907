"""The operator's words to every customer: pages of short entries, and the fees and limits that they and tools state.

``operator.yaml`` and the ``*.md`` pages are data; ``TELEKOM_KNOWLEDGE`` names an operator's own folder of them.
"""
