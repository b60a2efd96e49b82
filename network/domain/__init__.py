"""The rules of the network in plain Python: no web, no database, no forms.

Everything here is a value or a pure function. Rows, requests and mails are the business
of the packages above, which may all import from here.
"""
