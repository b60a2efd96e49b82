"""Side effects: enqueued in the transaction of what they concern, done by the worker after the commit."""
