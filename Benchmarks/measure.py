"""Runs programs, takes wall time and peak memory, and keeps every finished measurement in a file of JSON lines."""
import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ESP = ROOT / ".build" / "release" / "esp"
ENGINE = ROOT / ".build" / "release" / "esp-benchmark"
BOHR = 0.529177210544  # A
JITTER = 1e-3  # bohr


class Failed(Exception):
    """A program ended with an error."""


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def jittered(source, seed, target):
    """Writes a molecule with every coordinate moved by up to JITTER."""
    generator = random.Random(seed)
    lines = source.read_text().splitlines()
    moved = []
    for line in lines[2:2 + int(lines[0])]:
        symbol, *position = line.split()
        shift = JITTER * BOHR
        moved.append(" ".join([symbol, *(f"{float(x) + generator.uniform(-shift, shift):.10f}" for x in position[:3])]))
    target.write_text("\n".join([lines[0], "jittered " + source.name, *moved]) + "\n")


def run(command, threads, allowed=(0,)):
    """The last line of standard output as JSON, with `process` (wall seconds), `process_processor` (processor seconds) and `memory`
    (peak MB) added."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "PYSCF_MAX_MEMORY": "16000"}
    if pathlib.Path(command[0]).name not in ("esp", "esp-benchmark"):
        environment["OPENBLAS_NUM_THREADS"] = str(threads)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=err, env=environment)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
        seconds = time.monotonic() - start
        code = os.waitstatus_to_exitcode(status)
        process.returncode = code
        out.seek(0)
        err.seek(0)
        if code not in allowed:
            message = err.read().decode(errors="replace").strip().splitlines()[-3:]
            raise Failed(f"{' '.join(str(c) for c in command)}: status {code}: {' | '.join(message)}")
        text = out.read().decode()
        return {**json.loads(text), "process": seconds, "process_processor": usage.ru_utime + usage.ru_stime,
                "memory": usage.ru_maxrss / 1024}


class Bench:
    """Geometries, densities and finished measurements of one folder."""

    def __init__(self, folder, threads, python=sys.executable):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.threads = threads
        self.python = python
        self.store = self.folder / "measurements.jsonl"
        self.known = {}
        if self.store.exists():
            for line in self.store.read_text().splitlines():
                entry = json.loads(line)
                self.known[entry["key"]] = entry["result"]
        self.builds = f"{fingerprint(ESP)}-{fingerprint(ENGINE)}"

    # -- inputs

    def geometry(self, name, repeat):
        target = self.folder / f"{name}-{repeat}.xyz"
        if not target.exists():
            folders = [ROOT / "Molecules", ROOT / "Molecules" / "relaxed"]
            source = next((f / f"{name}.xyz" for f in folders if (f / f"{name}.xyz").exists()), None)
            if not source:
                # A short stack is the beginning of a longer one.
                source, atoms = folders[0] / "tcbq-stack-4.xyz", 12 * int(name.removeprefix("tcbq-stack-"))
                lines = source.read_text().splitlines()
                source = self.folder / f"{name}.xyz"
                source.write_text("\n".join([str(atoms), name, *lines[2:2 + atoms]]) + "\n")
            jittered(source, f"{name} {repeat}", target)
        return target

    def checkpoint(self, name, repeat, basis):
        """Orbitals after three Hartree-Fock iterations: a density with the reach of a real one."""
        folder = self.folder / f"{name}-{repeat}-{basis}.density"
        target = folder / "q0_m1.checkpoint"
        if not target.exists():
            self.esp("compute", self.geometry(name, repeat), *basis_option(basis), "--method", "hf", "--charge", 0,
                     "--max-iterations", 3, "--cube", "none", "--picture", "none", "--json", "--quiet", "--output", folder, allowed=(0, 2))
        return target

    def density(self, name, repeat, basis):
        """The same as a matrix in PySCF's order."""
        target = self.folder / f"{name}-{repeat}-{basis}.bin"
        if not target.exists():
            self.engine("density", self.geometry(name, repeat), *basis_option(basis), "--checkpoint",
                        self.checkpoint(name, repeat, basis), "--output", target)
        return target

    def solved_density(self, name, repeat, basis, run):
        """The density of the neutral singlet in a run folder, in PySCF's order."""
        target = self.folder / f"{name}-{repeat}-{basis}-solved.bin"
        checkpoint = run / "q0_m1.checkpoint"
        if not target.exists() or target.stat().st_mtime < checkpoint.stat().st_mtime:
            self.engine("density", self.geometry(name, repeat), *basis_option(basis), "--checkpoint", checkpoint, "--output", target)
        return target

    # -- programs

    def esp(self, *arguments, threads=None, allowed=(0,)):
        threads = threads or self.threads
        return run([ESP, *arguments, "--threads", threads], threads, allowed)

    def engine(self, *arguments, threads=None):
        threads = threads or self.threads
        return run([ENGINE, *arguments, "--threads", threads], threads)

    def pyscf(self, *arguments):
        return run([self.python, ROOT / "Benchmarks" / "pyscf_jobs.py", *arguments], self.threads)

    def pyscf_charges(self, *arguments):
        return run([self.python, ROOT / "Benchmarks" / "pyscf_charges.py", *arguments], self.threads)

    # -- measurements

    def take(self, job, side, repeat, action, files=()):
        """A finished measurement is not repeated (those of esp until it is built anew) while the files it left are there."""
        own = side.startswith("esp")
        key = f"{job} | {side} | {repeat} | {self.threads} threads" + (f" | {self.builds}" if own else "")
        if key not in self.known or not all(pathlib.Path(f).exists() for f in files):
            print(f"  {job}: {side}, repeat {repeat + 1} ...", end="", file=sys.stderr, flush=True)
            try:
                result = action()
            except Failed as failure:
                print(f" FAILED: {failure}", file=sys.stderr, flush=True)
                return None
            print(f" {result['process']:.1f} s", file=sys.stderr, flush=True)
            self.known[key] = result
            with self.store.open("a") as file:
                file.write(json.dumps({"key": key, "time": time.strftime("%FT%TZ", time.gmtime()), "result": result}) + "\n")
        return self.known[key]


def basis_option(basis):
    return ("--basis", "paper" if basis == "default" else basis)
