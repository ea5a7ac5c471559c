"""Times the peers' side of a bench; no bench by itself."""

import argparse
import json
import time


def measure(cases, runs=5):
    """Prints the median milliseconds of each case as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=runs)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    result = {}
    for name, run in cases.items():
        if options.only not in name:
            continue
        run()
        times = []
        for _ in range(options.runs):
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1000)
        result[name] = sorted(times)[len(times) // 2]
    print(json.dumps(result))
