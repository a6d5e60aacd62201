"""Benchmarks: ratios within one run, because the machines are noisy. `python -m tests.bench`."""
