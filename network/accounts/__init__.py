"""Accounts: people who sign in, the links they are mailed, the limits that protect them."""
