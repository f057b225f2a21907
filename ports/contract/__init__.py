"""The promises of an adapter of a port, as tests that an operator runs against his own.

    pytest -p ports.contract.plugin --pyargs ports.contract --ports package.module:build --subject subject.toml

They change data of the customer that ``subject.toml`` names: run them against a test system (docs/ports.md).
"""
