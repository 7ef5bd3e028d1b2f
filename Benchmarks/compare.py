"""esp against PySCF, and against horton-part for charges that share out space, on this machine: one table.

In every job the two programs take turns. Each repeat has its own geometry (coordinates moved by up to 1e-3 bohr), the
same for both; both use the same number of threads, converge the energy to 1e-8 Eh, and integrate on grids of at least
0.9 times PySCF's level 3. Medians over the repeats; the ratio is the median of the ratios. Rows whose results differ
are marked: they compare different things. Rows of charges and of the surface start from the field of esp, and others
get its density. Rows come in the order of their weight. The whole table takes more than an hour on two cores, nearly
all of it PySCF's. Every finished measurement is kept in the folder of --work, so that a later call goes on where this
one ends; measurements of esp are taken again after it was built anew.
"""
import argparse
import datetime
import importlib.metadata
import pathlib
import platform
import signal
import subprocess
import sys

import jobs
from measure import ESP, ROOT, Bench


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def memory():
    """Of the machine, in GB."""
    lines = pathlib.Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemTotal:")) / 2 ** 20


def number(value, digits=1):
    if value is None:
        return ""
    if abs(value) < 10:
        return f"{value:.{digits + 1}f}"
    return f"{value:.{digits}f}" if abs(value) < 100 else f"{value:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    table = [name for name in jobs.JOBS if name not in jobs.EXTRA]
    parser.add_argument("names", nargs="*", default=table, metavar="JOB", help=f"of {', '.join(jobs.JOBS)}; default: the table")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", default=str(ROOT / "Benchmarks" / ".work"), help="folder of what is measured")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in jobs.JOBS]
    if unknown:
        parser.error(f"no job {', '.join(unknown)}; there are {', '.join(jobs.JOBS)}")
    version = subprocess.run([str(ESP), "--version"], capture_output=True, text=True).stdout.split("\n")
    print(f"{processor()}, {memory():.0f} GB, {platform.system()} {platform.release()}, {options.threads} threads, median of {options.repeats}, "
          f"{datetime.date.today()}")
    print(f"{'; '.join(line.strip() for line in version if line.strip())}; PySCF {importlib.metadata.version('pyscf')}")
    print(f"{'job':<46}{'esp s':>8}{'PySCF s':>9}{'ratio':>8}{'target':>8}{'esp MB':>8}{'PySCF':>7}  notes")
    # A terminated run ends its program, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    bench = Bench(options.work, options.threads)
    short = []
    for name in options.names:
        for row in jobs.JOBS[name](bench, max(1, options.repeats)):
            notes = (["FALLS SHORT"] if row.falls_short else []) + (["MORE MEMORY"] if row.takes_more_memory else []) + row.notes
            if row.target is not None and row.ratio is None:
                short.append(f"{row.job}: not measured")
            if row.takes_more_memory:
                short.append(f"{row.job}: peak memory {number(row.esp_memory, 0)} MB, PySCF {number(row.pyscf_memory, 0)} MB")
            if row.falls_short:
                short.append(f"{row.job}: {number(row.ratio)}, target {number(row.target)}")
            print(f"{row.job:<46}{number(row.esp):>8}{number(row.pyscf):>9}{number(row.ratio):>8}{number(row.target):>8}"
                  f"{number(row.esp_memory, 0):>8}{number(row.pyscf_memory, 0):>7}  {'; '.join(notes)}", flush=True)
    print("\nFalls short of its target:" if short else "\nNothing falls short of its target.")
    for line in short:
        print("  " + line)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted; the same command goes on from what is measured")
