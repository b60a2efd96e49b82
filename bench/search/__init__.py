"""How long searches take, beside the bare engine doing the same: `make bench-search ENGINE=tantivy N=100000`."""
