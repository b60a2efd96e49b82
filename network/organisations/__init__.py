"""Organisations: companies, universities and agencies at home, and who belongs to them."""
