"""Outcomes: recorded, confirmed by the beneficiary, disputed, lapsed."""
