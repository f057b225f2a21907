"""What the operator keeps: customers, lines, packages, bills, tickets, conversations and their records."""
