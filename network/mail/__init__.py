"""Mail: composed in the transaction of its event, sent later by the worker, one row and one Message-ID each."""
