"""Goldens of bootstrap intervals and of the normal distribution: SciPy.

Run with SciPy 1.17.1, NumPy 2.4; writes metrics-bootstrap.json beside this file. Seed 6.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.special import ndtr, ndtri
from scipy.stats import bootstrap

rng = np.random.default_rng(6)
samples = {
    "Dice scores": np.round(1 - rng.gamma(1.5, 0.08, 14), 4),
    "symmetric": np.round(rng.normal(0.7, 0.05, 9), 4),
    "two": np.array([0.25, 0.75]),
}
statistics = {"mean": np.mean, "median": np.median, "standard deviation": np.std}
cases = []
for sample_name, sample in samples.items():
    for statistic_name, statistic in statistics.items():
        if len(sample) == 2 and statistic_name != "mean":
            continue
        drawn = bootstrap((sample,), statistic, n_resamples=150, rng=rng)
        jackknife = [statistic(np.delete(sample, left)) for left in range(len(sample))]
        intervals = []
        for confidence in (0.95, 0.68):
            for method in ("percentile", "BCa"):
                same = bootstrap(
                    (sample,), statistic, n_resamples=0, method=method, confidence_level=confidence, bootstrap_result=drawn
                )
                intervals.append(
                    {
                        "method": method.lower(),
                        "confidence": confidence,
                        "interval": [float(same.confidence_interval.low), float(same.confidence_interval.high)],
                    }
                )
        cases.append(
            {
                "name": f"{statistic_name} of {sample_name}",
                "sample": sample.tolist(),
                "estimate": float(statistic(sample)),
                "jackknife": [float(value) for value in jackknife],
                "distribution": np.sort(drawn.bootstrap_distribution).tolist(),
                "intervals": intervals,
            }
        )

large = []
for method in ("percentile", "BCa"):
    result = bootstrap((samples["Dice scores"],), np.mean, n_resamples=200_000, batch=10_000, method=method, rng=rng)
    interval = result.confidence_interval
    large.append(
        {
            "method": method.lower(),
            "interval": [float(interval.low), float(interval.high)],
            "standardError": float(result.standard_error),
        }
    )

points = [-9.0, -6.0, -3.2, -1.96, -0.5, -1e-9, 0.0, 0.3, 1.0, 2.5758, 5.0, 8.0, 9.0]
shares = [1e-6, 5e-5, 0.001, 0.025, 0.16, 0.3, 0.4999, 0.5, 0.7, 0.975, 0.9999, 1 - 1e-6]
golden = {
    "made with": f"SciPy {scipy.__version__}, seed 6",
    "cases": cases,
    "large": {"sample": samples["Dice scores"].tolist(), "intervals": large},
    "normal": {
        "shares": [[x, float(ndtr(x))] for x in points],
        "quantiles": [[share, float(ndtri(share))] for share in shares],
    },
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
