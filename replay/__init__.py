"""Run recorded turns again, on a copy of the thread and with the recorded answers of the operations.

``rerunner`` runs one turn again, ``rerun_comparison`` compares the result with the record, ``batch`` does so for many
turns under two configurations, ``scenario_export`` writes a scenario file. The live thread and data do not change.
"""
