"""What a deployment decides: its settings, its network file and its reference data.

Nothing here knows of pages, tables or requests.
"""
