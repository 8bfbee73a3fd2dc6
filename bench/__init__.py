"""What cmday promises about speed, measured as ratios in one run on one machine: ``python -m bench``.

One module a promise, each with ``measure(rounds, quick) -> list[Promise]``; ``__main__`` lists them.
"""
