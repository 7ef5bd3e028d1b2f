#!/usr/bin/env python3
"""Quinones.md: first reduction potentials of quinones in DMF, computed, calibrated, and measured.

    Benchmarks/quinones.py [--esp PROGRAM] [--folder FOLDER] [--only-tables]

Solves the neutral quinone and the anion at their structures in Molecules/quinones (B3LYP-D4/def2-SVP, C-PCM), each in a folder of FOLDER
(default: quinones in the working directory), where finished ones are kept; then fits the measured potentials of quinones-measured.csv with
`esp voltage --calibrate`. --only-tables computes nothing and takes what is there.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STRUCTURES = ROOT / "Molecules" / "quinones"
MEASURED = ROOT / "Benchmarks" / "quinones-measured.csv"
PICTURE = "docs/images/quinones.svg"
SOLVENT = "N,N-dimethylformamide"


def solve(esp, folder):
    for path in sorted(STRUCTURES.glob("*.xyz")):
        charge = "-1" if path.stem.endswith("_q-1") else "0"
        subprocess.run(
            [esp, "compute", path, "-c", charge, "--solvent", SOLVENT, "--search", "none", "--picture", "none", "--no-report", "-q",
             "-o", folder / f"{path.stem}.esp"], check=True, stdout=subprocess.DEVNULL)


def voltages(esp, folder):
    """The output of esp voltage for all pairs of finished runs."""
    names = [path.stem for path in sorted(STRUCTURES.glob("*.xyz")) if not path.stem.endswith("_q-1")]
    pairs = [[folder / f"{name}.esp", folder / f"{name}_q-1.esp"] for name in names]
    runs = [str(run) for pair in pairs if all((run / "result.json").exists() for run in pair) for run in pair]
    command = [esp, "voltage", *runs, "--reference", "sce", "--calibrate", str(MEASURED), "--format", "json", "--plot", ROOT / PICTURE]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def page(result):
    fit = result["calibration"]
    measured = {point["name"]: point for point in fit["points"]}
    rows = []
    for molecule in sorted(result["molecules"], key=lambda molecule: -molecule["steps"][0]["adiabatic"]["value"]):
        potential = molecule["steps"][0]["adiabatic"]
        point = measured.get(molecule["name"])
        rows.append("| {} | {:.3f} | {} | {:.3f} +- {:.3f} | {} |".format(
            molecule["name"], potential["value"], f"{point['measured']:.3f}" if point else "", potential["calibrated"], potential["error"],
            f"{point['measured'] - point['calibrated']:+.3f}" if point else ""))
    scale = result["scale"]
    known = {molecule["name"] for molecule in result["molecules"]}
    missing = [path.stem for path in sorted(STRUCTURES.glob("*.xyz")) if not path.stem.endswith("_q-1") and path.stem not in known]
    not_run = f"\nNot computed: {', '.join(missing)}.\n" if missing else ""

    def deviations(title, value):
        return f"| {title} | {value['mean']:+.3f} | {value['mean_absolute']:.3f} | {value['largest']:.3f} |"

    return f"""# Reduction potentials of quinones

`Benchmarks/quinones.py` makes this page. Potentials are those of the first electron, Q + e- -> Q-, in volt against the saturated calomel electrode
(absolute potential {scale['absolute_potential']:.3f} V with SHE at {scale['hydrogen']:.3f} V; with the value of IUPAC the computed ones are {abs(scale['other']['difference']):.3f} V
lower, and the calibrated ones the same).

Computed: differences of energies, {result['molecules'][0]['model']}, of the neutral molecule and of the anion at their own structures
([Molecules/quinones](../Molecules/quinones/README.md): GFN2-xTB with ALPB(DMF), xtb 6.5.1). No zero-point or thermal energies, no search for other solutions,
no diffuse functions. The line takes up the part of these errors that is common to all quinones or proportional to the
potential; the deviations contain the rest.

Measured: [quinones-measured.csv](quinones-measured.csv), with the source of every value. The values were copied from a public repository and were not
compared with the printed tables. The parent quinones (p-benzoquinone, 1,4-naphthoquinone, 9,10-anthraquinone, 9,10-phenanthrenequinone) are not in
that list; the calibrated potentials of those that were computed are predictions. We found no measured
potential of these four in an aprotic solvent that could be cited with its source. Searches of public web pages, documentation and repositories gave
only abstracts without values, and potentials in water.

measured = {fit['intercept']:.3f}({1000 * fit['intercept_error']:.0f}) V + {fit['slope']:.3f}({1000 * fit['slope_error']:.0f}) x computed,
{len(fit['points'])} quinones, correlation {fit['correlation']:.3f}, standard deviation about the line {fit['residual_deviation']:.3f} V.

| deviations, measured minus computed / V | mean | mean absolute | largest |
| --- | --- | --- | --- |
{deviations('before calibration', fit['before'])}
{deviations('after calibration', fit['after'])}
{deviations('each from the line through the others', fit['left_out'])}

![Measured against computed potentials, with the line](../{PICTURE})

| quinone | computed | measured | calibrated | measured - calibrated |
| --- | --- | --- | --- | --- |
""" + "\n".join(rows) + "\n" + not_run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--esp", default="esp")
    parser.add_argument("--folder", type=Path, default=Path("quinones"))
    parser.add_argument("--only-tables", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if not options.only_tables:
        solve(options.esp, options.folder)
    (ROOT / "Benchmarks" / "Quinones.md").write_text(page(voltages(options.esp, options.folder)))


if __name__ == "__main__":
    sys.exit(main())
