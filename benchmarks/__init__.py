"""What Dalil is measured by. Each module is run as `python -m benchmarks.NAME [--json]`; ratios come from one run."""
