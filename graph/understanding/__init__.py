"""What the customer's words say: arguments, references, replies, conditions."""
