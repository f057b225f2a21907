"""Recorded turns run again: on a copy of the thread, with recorded answers of the operations, changing nothing.

``rerun.Rerunner`` runs a turn again, ``compare`` tells what differs, ``commands`` is ``telekom runs``.
"""
