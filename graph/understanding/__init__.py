"""From the customer's words to typed data: intents, arguments, references, replies and conditions."""
