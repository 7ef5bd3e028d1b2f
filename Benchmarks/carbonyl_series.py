"""docs/images/carbonyl_series.svg: C=O stretches of complexes of o-TCBQ against the ionic potential of the metal.

Usage: python Benchmarks/carbonyl_series.py FOLDER, where FOLDER holds the runs tcbq.esp, y-tcbq.esp, ... of

    esp frequencies Molecules/relaxed/X.0.xyz --preset paper --search none -o FOLDER/X.esp

Needs matplotlib. Radii: R. D. Shannon, Acta Crystallogr. A 32, 751 (1976), doi 10.1107/S0567739476001551, six-coordinate.
"""
import json
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "esp"
import matplotlib.pyplot as plt
import numpy as np

METALS = {"Y": (3, 0.900), "Sc": (3, 0.745), "Zr": (4, 0.72), "Al": (3, 0.535), "Nb": (5, 0.64)}


def stretches(folder):
    """Wavenumbers (cm-1) of the modes with the largest share of the C=O stretch, in phase and out of phase."""
    state = json.loads((folder / "result.json").read_text())["states"][0]["vibrations"]
    best = {True: (0, 0), False: (0, 0)}
    for wavenumber, parts in zip(state["frequencies"], state["composition"]):
        for part in parts:
            if part["name"] == "C=O stretch" and part.get("symmetric") is not None:
                best[part["symmetric"]] = max(best[part["symmetric"]], (part["share"], wavenumber))
    return state["verdict"], best[True], best[False]


def main():
    folder = pathlib.Path(sys.argv[1])
    rows = []
    for name in ["tcbq"] + [f"{metal.lower()}-tcbq" for metal in METALS]:
        run = folder / f"{name}.esp"
        found = stretches(run) if "vibrations" in (run / "result.json").read_text() else None
        if found and found[0] == "minimum":
            rows.append((name, *found))
        print(name, *(found or ("no vibrations",)))
    figure, axes = plt.subplots(figsize=(6, 4))
    for place, label, marker, color in ((3, "out of phase", "o", "#332288"), (2, "in phase", "s", "#cc6677")):
        points = [(METALS[m][0] / METALS[m][1], row[place][1], m) for row in rows for m in METALS if row[0] == f"{m.lower()}-tcbq"]
        x, y = np.array([p[0] for p in points]), np.array([p[1] for p in points])
        slope, start = np.polyfit(x, y, 1)
        print(label, "slope", round(slope, 1), "correlation", round(np.corrcoef(x, y)[0, 1], 2), "residuals", np.round(y - slope * x - start, 1))
        axes.plot(x, y, marker, color=color, label=f"C=O stretch, {label}")
        axes.plot(x, slope * x + start, "-", color=color, linewidth=1)
        for p in points:
            axes.annotate(p[2], p[:2], xytext=(6, 4), textcoords="offset points")
        free = next(row[place][1] for row in rows if row[0] == "tcbq")
        axes.axhline(free, color=color, linestyle=":", linewidth=1)
        axes.annotate("free o-TCBQ", (x.max(), free), xytext=(0, 3), textcoords="offset points", ha="right", color=color, fontsize=8)
    axes.set_xlabel("ionic potential n/r / (e/Å)")
    axes.set_ylabel("harmonic wavenumber / cm⁻¹")
    axes.legend(loc="lower right", fontsize=8)
    figure.tight_layout()
    figure.savefig(pathlib.Path(__file__).parent.parent / "docs/images/carbonyl_series.svg", metadata={"Date": None})


main()
