"""The jobs, and what each says about its measurements. A job's function yields lines of the table for a `Bench`.

Rows that need the same run on the same geometry share it: the states of a series are PySCF's runs of the single states,
and gradients start from the solutions of the fields."""
import dataclasses
import math
import statistics

SAME_ENERGY = 1e-5  # Eh: two grids of this size differ by less
SAME_GRADIENT = 2e-4  # Eh/bohr: the same for gradients
SAME_INTEGRALS = 1e-8  # relative: sums of integrals that both programs cut off at about 1e-12


@dataclasses.dataclass
class Row:
    """One line of the table; seconds and MB, None where there is nothing to show."""
    job: str
    esp: float = None
    pyscf: float = None
    ratio: float = None
    target: float = None
    esp_memory: float = None
    pyscf_memory: float = None
    notes: list = dataclasses.field(default_factory=list)
    # By default more is better than the target.
    less_is_better: bool = False
    # Whether esp's peak memory is to stay below PySCF's.
    compares_memory: bool = True

    @property
    def takes_more_memory(self):
        return self.compares_memory and bool(self.esp_memory and self.pyscf_memory) and self.esp_memory > self.pyscf_memory

    @property
    def falls_short(self):
        if self.ratio is None or self.target is None:
            return False
        return self.ratio > self.target if self.less_is_better else self.ratio < self.target


def median(values):
    return statistics.median(values)


def compared(job, target, pairs, seconds_of_esp, seconds_of_pyscf, notes=()):
    """A row of pairs of measurements; pairs with a failed side do not count."""
    done = [(a, b) for a, b in pairs if a and b]
    if not done:
        return Row(job, target=target, notes=["FAILED"])
    row = Row(
        job, median([seconds_of_esp(a) for a, _ in done]), median([seconds_of_pyscf(b) for _, b in done]),
        median([seconds_of_pyscf(b) / seconds_of_esp(a) for a, b in done]), target,
        median([a["memory"] for a, _ in done]), median([b["memory"] for _, b in done]), list(notes))
    if len(done) < len(pairs):
        row.notes.append(f"{len(pairs) - len(done)} OF {len(pairs)} FAILED")
    if len(done) == 1:
        row.notes.append("one run")
    return row


def process(result):
    return result["process"]


# -- repulsion integrals

def integrals(bench, repeats, name="nb-al-tcbq"):
    job = f"unique integrals in memory, {name}"
    pairs = []
    for k in range(repeats):
        xyz = bench.geometry(name, k)
        pairs.append((bench.take(job, "esp", k, lambda: bench.engine("integrals", xyz)),
                      bench.take(job, "PySCF", k, lambda: bench.pyscf("integrals", xyz, "default"))))
    row = compared(job, 15, pairs, lambda a: a["preparation"]["wall"] + a["filling"]["wall"], lambda b: b["seconds"])
    row.notes.append("esp: with pair data and one Coulomb matrix")
    done = [a for a, b in pairs if a and b]
    if done:
        share = median([a["filling"]["system"] / a["filling"]["processor"] for a in done])
        row.notes.append(f"{100 * share:.0f} % of esp's processor time in the system: first touch of "
                         f"{done[0]['storedBytes'] / 2 ** 30:.1f} GB")
    check_sums(row, pairs, "check")
    yield row


def fock(bench, repeats, basis, target, name="tcbq"):
    job = f"direct Fock build, {name} {basis}"
    pairs = []
    for k in range(repeats):
        xyz, checkpoint, density = (
            bench.geometry(name, k), bench.checkpoint(name, k, basis), bench.density(name, k, basis))
        pairs.append((
            bench.take(job, "esp", k, lambda: bench.engine("fock", xyz, "--basis", basis, "--checkpoint", checkpoint)),
            bench.take(job, "PySCF", k, lambda: bench.pyscf("fock", xyz, basis, density))))
    row = compared(job, target, pairs, lambda a: a["preparation"]["wall"] + a["builds"][0]["wall"], lambda b: b["seconds"])
    check_sums(row, pairs, "check", "exchange")
    yield row


def check_sums(row, pairs, *keys):
    worst = max((abs(a[key] / b[key] - 1) for a, b in pairs if a and b for key in keys), default=0)
    row.notes.append(f"same to {worst:.0e}")
    if worst > SAME_INTEGRALS:
        row.notes.append("DIFFERENT RESULTS")


# -- self-consistent fields

def esp_folder(bench, xyz, side):
    return bench.folder / f"run-{xyz.stem}-{side}"


def esp_scf(bench, xyz, charges, basis, side, *more, threads=None):
    options = () if basis == "default" else ("--basis", basis)
    # From scratch: no checkpoint of an earlier call.
    return bench.esp("compute", xyz, *options, "--charge=" + ",".join(str(q) for q in charges), "--cube", "none", "--picture", "none",
                     "--stability", "none", "--search", "none", "--json",
                     "--quiet", "--guess", "atoms", "--convergence", "1e-8", "--output", esp_folder(bench, xyz, side),
                     *more, threads=threads, allowed=(0, 2))


def esp_states(bench, name, charges, basis, k, memory="8GB"):
    """A measured call of esp for the states of repeat k, and the folder of its results."""
    side = "_".join([basis, *(f"q{q}" for q in charges), memory])
    xyz = bench.geometry(name, k)
    job = f"SCF B3LYP {name} {basis}, charge {', '.join(str(q) for q in charges)}, {memory} allowed"
    needed = [esp_folder(bench, xyz, side) / "result.json"]
    return (bench.take(job, "esp", k, lambda: esp_scf(bench, xyz, charges, basis, side, "--memory", memory), needed),
            needed[0].parent)


def pyscf_solution(bench, name, charge, basis, k):
    """Where PySCF's orbitals are kept for its gradient."""
    return bench.folder / f"{name}-{k}-{basis}-q{charge}.npz"


def pyscf_states(bench, name, charges, basis, k, fit=False):
    """One process for each state; seconds added up, the largest memory. Each is run once for all rows."""
    runs = []
    for q in charges:
        more = ["fit"] if fit else [pyscf_solution(bench, name, q, basis, k)]
        runs.append(bench.take(
            f"SCF B3LYP {name} {basis}, charge {q}", "PySCF fitted" if fit else "PySCF", k,
            lambda: bench.pyscf("scf", bench.geometry(name, k), q, basis, *more), [] if fit else more))
        if runs[-1] is None:
            return None
    return {"states": runs, "process": sum(r["process"] for r in runs), "memory": max(r["memory"] for r in runs)}


def field(bench, repeats, charges, target, name="nb-al-tcbq", basis="default", fitted=False, memory="8GB"):
    what = ", ".join(str(q) for q in charges)
    job = f"SCF B3LYP {name}{'' if basis == 'default' else ' ' + basis}, charge {what}"
    pairs = [(esp_states(bench, name, charges, basis, k, memory)[0], pyscf_states(bench, name, charges, basis, k))
             for k in range(repeats)]
    row = compared(job, target, pairs, process, process)
    row.notes.append(f"{memory} allowed")
    describe_states(row, pairs)
    yield row
    if not fitted:
        return
    # For comparison only: one run will do.
    fit = pyscf_states(bench, name, charges, basis, 0, fit=True)
    if fit and row.esp:
        yield Row("  beside: density fitting in PySCF", row.esp, process(fit), process(fit) / row.esp, None,
                  row.esp_memory, fit["memory"], ["approximate integrals, one run"], compares_memory=False)


def describe_states(row, pairs):
    done = [(a["states"], b["states"]) for a, b in pairs if a and b]
    if not done:
        return
    builds = ["/".join(str(s["iterations"]) for s in done[0][side]) for side in (0, 1)]
    row.notes.append(f"{builds[0]} Fock builds, PySCF {builds[1]}")
    differences = [x["energy"] - y["energy"] for a, b in done for x, y in zip(a, b)]
    row.notes.append(f"dE {max(differences, key=abs):+.0e} Eh")
    if any(abs(d) > SAME_ENERGY for d in differences):
        row.notes.append("DIFFERENT SOLUTIONS")
    if not all(s["converged"] for pair in done for side in pair for s in side):
        row.notes.append("NOT CONVERGED")
    if any(x["grid_points"] < 0.9 * y["points"] for a, b in done for x, y in zip(a, b)):
        row.notes.append("FEWER POINTS")


def gradient(bench, repeats, charge, name="nb-al-tcbq", basis="default"):
    job = f"gradient B3LYP {name}, charge {charge}"
    pairs, shares = [], []
    for k in range(repeats):
        xyz = bench.geometry(name, k)
        own, folder = esp_states(bench, name, [charge], basis, k)
        other = pyscf_states(bench, name, [charge], basis, k)
        if not own or not other:
            pairs.append((None, None))
            continue
        checkpoint = folder / f"q{charge}_m{1 if charge % 2 == 0 else 2}.checkpoint"
        options = () if basis == "default" else ("--basis", basis)
        pairs.append((
            bench.take(job, "esp", k, lambda: bench.engine("gradient", xyz, *options, "--checkpoint", checkpoint)),
            bench.take(job, "PySCF", k, lambda: bench.pyscf(
                "gradient", xyz, charge, basis, pyscf_solution(bench, name, charge, basis, k)))))
        if pairs[-1][0]:
            shares.append(pairs[-1][0]["gradient"]["wall"] / process(own))
    row = compared(job, 10, pairs, lambda a: a["gradient"]["wall"], lambda b: b["seconds"])
    worst = max((abs(x - y) for a, b in pairs if a and b for p, q in zip(a["values"], b["values"]) for x, y in zip(p, q)),
                default=0)
    row.notes.append(f"same to {worst:.0e} Eh/bohr")
    if worst > SAME_GRADIENT:
        row.notes.append("DIFFERENT RESULTS")
    if shares:
        row.notes.append(f"{median(shares):.2f} of esp's SCF (at most 1.5)")
    yield row


def direct(bench, repeats, name="nb-al-tcbq"):
    """Peak memory when hardly any is allowed."""
    job = f"direct mode, SCF {name}, 400 MB allowed"
    runs = [bench.take(job, "esp", k, lambda: esp_scf(
        bench, bench.geometry(name, k), [0], "default", "direct", "--memory", "400MB")) for k in range(repeats)]
    runs = [r for r in runs if r]
    if not runs:
        yield Row(job, notes=["FAILED"])
        return
    memory = median([r["memory"] for r in runs])
    yield Row(job, esp=median([process(r) for r in runs]), esp_memory=memory, ratio=memory / 1024, target=1.0,
              less_is_better=True, notes=["ratio: peak memory in GB, at most 1"])


# -- electrostatic potential

def potential(bench, repeats, name="nb-al-tcbq", side=80, subset=20):
    job = f"ESP on {side}^3 points, {name}"
    points, mep, grids = side ** 3, [], []
    for k in range(repeats):
        xyz, checkpoint, density = (
            bench.geometry(name, k), bench.checkpoint(name, k, "default"), bench.density(name, k, "default"))
        values = bench.folder / f"{name}-{k}.points"
        esp = bench.take(job, "esp", k, lambda: bench.engine(
            "potential", xyz, "--checkpoint", checkpoint, "--side", side, "--every", 64, "--output", values))
        mep.append((esp, bench.take(job, "cubegen.mep", k, lambda: bench.pyscf("mep", xyz, "default", density, subset))))
        grids.append((esp, bench.take(job, "int1e_grids", k, lambda: bench.pyscf("grids", xyz, "default", density, values))))

    def own(a):
        return a["preparation"]["wall"] + a["evaluation"]["wall"]

    def scaled(b):
        return b["seconds"] * points / b["points"]

    yield compared(job, 100, mep, own, scaled, [f"cubegen.mep timed on {subset}^3 points, scaled"])
    row = compared("  beside: int1e_grids in blocks", None, grids, own, scaled, ["timed on every 64th point, scaled"])
    largest = [b["largestDifference"] for _, b in grids if b]
    if largest:
        row.notes.append(f"largest difference {max(largest):.0e} Eh/e")
        if max(largest) > 1e-6:
            row.notes.append("DIFFERENT RESULTS")
    yield row


# -- how times grow and shrink

def threads(bench, repeats, name="nb-al-tcbq"):
    """Two threads against one, beside what a large product of matrices gains."""
    rows = {}
    for what, action in {
        "dgemm": lambda n, k: bench.engine("dgemm", threads=n),
        "SCF": lambda n, k: esp_scf(bench, bench.geometry(name, k), [0], "default", f"threads{n}", "--memory", "8GB", threads=n),
        "ESP": lambda n, k: bench.engine("potential", bench.geometry(name, k), "--checkpoint",
                                         bench.checkpoint(name, k, "default"), threads=n),
    }.items():
        seconds = {1: [], 2: []}
        for k in range(repeats):
            both = {n: bench.take(f"threads, {what}", f"esp {n}", k, lambda: action(n, k)) for n in (1, 2)}
            for n in (1, 2):
                if all(both.values()):
                    seconds[n].append(both[n]["wall"] if what == "dgemm" else both[n]["process"])
        rows[what] = median([a / b for a, b in zip(seconds[1], seconds[2])]) if seconds[1] else None
    gain = rows["dgemm"]
    yield Row("2 threads against 1: dgemm", ratio=gain)
    for what in ("SCF", "ESP"):
        yield Row(f"2 threads against 1: {what} {name}", ratio=rows[what], target=gain and 0.95 * gain)


def growth(bench, repeats, sizes=(4, 5, 6, 8)):
    """Exponent of the time of a direct Fock build by the number of molecules in a stack."""
    seconds = {}
    for size in sizes:
        name = f"tcbq-stack-{size}"
        runs = [bench.take(f"direct Fock build, {name} 6-31G", "esp", k, lambda: bench.engine(
            "fock", bench.geometry(name, k), "--checkpoint", bench.checkpoint(name, k, "default"))) for k in range(repeats)]
        runs = [r for r in runs if r]
        if runs:
            seconds[size] = median([r["builds"][0]["wall"] for r in runs])
            yield Row(f"direct Fock build, {size} o-TCBQ 6-31G", esp=seconds[size], esp_memory=median([r["memory"] for r in runs]),
                      notes=[f"{runs[0]['functions']} functions"])
    if len(seconds) > 1:
        yield Row(f"growth, {min(seconds)} to {max(seconds)} o-TCBQ: exponent", ratio=slope(seconds), target=2.3, less_is_better=True)


def slope(seconds):
    """Least-squares line through the logarithms."""
    x = [math.log(n) for n in seconds]
    y = [math.log(t) for t in seconds.values()]
    mx, my = statistics.mean(x), statistics.mean(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)


def peak(bench, repeats):
    """Operations of hot kernels by their whole processor time, against dgemm's, all on one thread."""
    repulsion = "counted: Boys recursion and transformations; interpolation, screening and copies count as time only"
    quadrature = "counted: products of matrices; functional and orbital values count as time only"
    for label, name, basis, command, note in [
        ("repulsion kernels, nb-al-tcbq", "nb-al-tcbq", "default", "kernels", repulsion),
        ("repulsion kernels, o-TCBQ def2-TZVP", "tcbq", "def2-TZVP", "kernels", repulsion),
        ("quadrature, nb-al-tcbq", "nb-al-tcbq", "default", "quadrature", quadrature),
    ]:
        shares, rates = [], []
        for k in range(repeats):
            # The machine's speed varies: dgemm and kernel in turn.
            dgemm = bench.take(f"peak, dgemm before {label}", "esp", k, lambda: bench.engine("dgemm", threads=1))
            options = () if basis == "default" else ("--basis", basis)
            if command == "quadrature":
                options += ("--checkpoint", bench.checkpoint(name, k, basis))
            run = bench.take(f"peak, {label}", "esp", k, lambda: bench.engine(
                command, bench.geometry(name, k), *options, threads=1))
            if dgemm and run:
                operations, seconds = (
                    (run["operations"], run["seconds"]) if command == "kernels"
                    else (run["operations"][0], run["alone"][0]["processor"]))
                rates.append(1e-9 * operations / seconds)
                shares.append(rates[-1] / dgemm["processorRate"])
        notes = [f"{median(rates):.1f} of {median(rates) / median(shares):.1f} GFLOP/s", note] if shares else ["FAILED"]
        yield Row(f"share of dgemm's rate: {label}", ratio=median(shares) if shares else None, notes=notes)


# In the order of their weight: a run that is cut off has the first ones.
JOBS = {
    "integrals": integrals,
    "fock-svp": lambda b, n: fock(b, n, "def2-SVP", 6),
    "fock-tzvp": lambda b, n: fock(b, n, "def2-TZVP", 4),
    "scf-neutral": lambda b, n: field(b, n, [0], 10, fitted=True),
    "esp": potential,
    "threads": threads,
    "growth": growth,
    "direct": direct,
    "peak": peak,
    "scf-anion": lambda b, n: field(b, n, [-1], 10),
    "states": lambda b, n: field(b, n, [0, -1, -2], 15),
    # PySCF takes ten minutes for this one; what it keeps in memory is what esp may, too.
    "scf-tzvp": lambda b, n: field(b, 1, [0], 5, "tcbq", "def2-TZVP", fitted=True, memory="1200MB"),
    "gradient": lambda b, n: gradient(b, n, 0),
    "gradient-anion": lambda b, n: gradient(b, n, -1),
    # On request only.
    "scf-nb-tcbq": lambda b, n: field(b, n, [0], None, "nb-tcbq"),
    # Small ones, to try the script.
    "try-scf": lambda b, n: field(b, n, [0], None, "tcbq", "STO-3G", fitted=True),
    "try-states": lambda b, n: field(b, n, [0, -1], None, "tcbq", "STO-3G"),
    "try-fock": lambda b, n: fock(b, n, "STO-3G", None),
    "try-integrals": lambda b, n: integrals(b, n, "tcbq"),
    "try-gradient": lambda b, n: gradient(b, n, 0, "tcbq", "STO-3G"),
    "try-esp": lambda b, n: potential(b, n, "tcbq", 20, 8),
}
EXTRA = {"scf-nb-tcbq", *(name for name in JOBS if name.startswith("try-"))}
