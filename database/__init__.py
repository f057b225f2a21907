"""Storage of customers, lines, packages, bills, tickets, conversations and recorded turns."""
