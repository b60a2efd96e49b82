"""Does search find the right people? Asks, judged by the facts that the demo's profiles were composed of."""
