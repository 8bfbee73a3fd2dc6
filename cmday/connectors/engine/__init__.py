"""The parts of the engine (``connectors/exchange.py``): queue, transfers, redirects, calls, what a failure means."""
