"""Authentication: passwords, access tokens, accounts. Access rights are decided by the interfaces."""
