"""Volunteers: profiles, what readers may see, disclosures, imports."""
