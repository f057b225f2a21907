"""Who somebody is: passwords, access tokens, accounts. What they may see is decided by the parts that show it."""
