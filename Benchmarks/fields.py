"""Self-consistent fields of both programs, each run once for all rows that need it."""


def esp_folder(bench, xyz, side):
    return bench.folder / f"run-{xyz.stem}-{side}"


def esp_scf(bench, xyz, charges, basis, side, *more, threads=None):
    options = ("--method", "b3lyp", "--basis", "paper" if basis == "default" else basis)
    # From scratch: no checkpoint of an earlier call.
    return bench.esp("compute", xyz, *options, "--charge=" + ",".join(str(q) for q in charges), "--cube", "none", "--picture", "none",
                     "--stability", "none", "--search", "none", "--json",
                     "--quiet", "--guess", "atoms", "--convergence", "1e-8", "--output", esp_folder(bench, xyz, side),
                     *more, threads=threads, allowed=(0, 2))


def esp_states(bench, name, charges, basis, k, memory="8GB", solvent=None):
    """A measured call of esp for the states of repeat k, and the folder of its results."""
    side = "_".join([basis, *(f"q{q}" for q in charges), memory, *([solvent] if solvent else [])])
    xyz = bench.geometry(name, k)
    job = f"SCF B3LYP {name} {basis}, charge {', '.join(str(q) for q in charges)}, {memory} allowed"
    medium = ()
    if solvent:
        job, medium = f"{job}, {solvent}", ("--solvent", solvent)
    needed = [esp_folder(bench, xyz, side) / "result.json"]
    return (bench.take(job, "esp", k, lambda: esp_scf(bench, xyz, charges, basis, side, "--memory", memory, *medium), needed),
            needed[0].parent)


def esp_gradient(bench, name, basis, k, solvent=None):
    """A measured call of esp gradient of the neutral molecule, from scratch."""
    xyz, medium = bench.geometry(name, k), ("--solvent", solvent) if solvent else ()
    job = f"SCF and gradient B3LYP {name} {basis}" + (f", {solvent}" if solvent else "")
    return bench.take(job, "esp", k, lambda: bench.esp(
        "gradient", xyz, "--method", "b3lyp", "--basis", "paper" if basis == "default" else basis, "--charge", 0, "--stability", "none",
        "--json", "--quiet", "--guess", "atoms", "--force", "--memory", "8GB", *medium,
        "--output", esp_folder(bench, xyz, "_".join(["gradient", basis, *([solvent] if solvent else [])]))))


def pyscf_solvent(bench, name, basis, k, solvent, epsilon):
    """PySCF's SCF and gradient in C-PCM, in one process."""
    return bench.take(f"SCF and gradient B3LYP {name} {basis}, {solvent}", "PySCF", k,
                      lambda: bench.pyscf("solvent", bench.geometry(name, k), 0, basis, epsilon))


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
