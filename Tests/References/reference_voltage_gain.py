"""voltage-gain.json: fits of the piecewise linear model of the relative voltage gain, by scipy's least squares.

Usage: python reference_voltage_gain.py; needs numpy and scipy.
"""
import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import least_squares

# Made-up points: a model with noise. Ratios, gains, coordination numbers, starting values of slope and critical ratios.
CASES = [
    ("two regions", [0, 0.05, 0.1, 0.14, 0.2, 0.3, 0.4, 0.46, 0.6, 0.8],
     [0.00, 0.19, 0.42, 0.57, 0.69, 0.79, 0.91, 0.97, 0.99, 1.01], [8, 2], [0.5, 0.16, 0.5]),
    ("three regions", [0.02, 0.06, 0.1, 0.13, 0.2, 0.26, 0.32, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.4],
     [0.07, 0.20, 0.32, 0.41, 0.57, 0.64, 0.71, 0.79, 0.83, 0.88, 0.92, 0.94, 1.01, 0.99, 1.00], [8, 4, 1], [0.4, 0.15, 0.4, 1.0]),
]


def gain(parameters, ratio, numbers):
    slope, ends = parameters[0], parameters[1:]
    starts = np.concatenate([[0], ends[:-1]])
    return slope * sum(m * np.clip(ratio - a, 0, b - a) for m, a, b in zip(numbers, starts, ends))


def main():
    cases = []
    for name, ratios, gains, numbers, start in CASES:
        ratio, measured = np.array(ratios, float), np.array(gains)
        best = None
        random = np.random.default_rng(1)
        for _ in range(400):
            guess = np.array(start) * random.uniform(0.6, 1.6, len(start))
            guess[1:] = np.sort(guess[1:])
            fit = least_squares(lambda p: gain(p, ratio, numbers) - measured, guess, xtol=1e-15, ftol=1e-15, gtol=1e-15)
            if np.all(np.diff(fit.x[1:]) > 0) and fit.x[1] > 0 and (best is None or fit.cost < best.cost):
                best = fit
        left = len(ratio) - len(best.x)
        variance = 2 * best.cost / left
        errors = np.sqrt(np.diag(np.linalg.inv(best.jac.T @ best.jac)) * variance)
        cases.append({
            "name": name, "ratios": ratios, "gains": gains, "numbers": numbers, "slope": best.x[0], "critical": list(best.x[1:]),
            "slopeError": errors[0], "criticalErrors": list(errors[1:]), "deviation": float(np.sqrt(variance)),
        })
    text = json.dumps({
        "provenance": {
            "program": "scipy", "version": scipy.__version__, "numpy": np.__version__,
            "script": "Tests/References/reference_voltage_gain.py"},
        "cases": cases}, indent=1)
    (pathlib.Path(__file__).parent / "voltage-gain.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
