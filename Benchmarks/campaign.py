"""A study of many small tasks whose workers are killed at random: nothing may be lost or computed twice. Tasks that were not killed must have
the same bits as tasks run alone; those that were resumed the same energies to 1e-9 hartree (an interrupted stability test starts over, see
docs/computing.md).

    python Benchmarks/campaign.py local|slurm|snakemake|snakemake-slurm FOLDER [--molecules 20] [--kills 40]

`local` runs three workers that take tasks from one list, on which every task stands twice; `slurm` submits the job array of
workflows/slurm-array.sh to the cluster that sbatch reaches; `snakemake` runs workflows/Snakefile, `snakemake-slurm` with a job of the cluster for
each task. Meanwhile processes of the study get SIGKILL, under Slurm also scancel. The program is that of the environment variable ESP.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ESP", str(ROOT / ".build/release/esp"))
OPTIONS = [
    "--methods", "hf,pbe,b3lyp,pbe0,blyp", "--bases", "STO-3G,3-21G", "--charges", "mulliken,hirshfeld", "--threads", "1",
    "--memory", "500MB", "--quiet",
]


def molecules(folder, count, generator):
    """Water molecules of random shapes."""
    names = []
    for number in range(count):
        name = folder / f"water-{number}.xyz"
        rows = [("O", 0, 0, 0), ("H", 0, 0.757, 0.587), ("H", 0, -0.757, 0.587)]
        lines = [f"{s} " + " ".join(f"{v + generator.uniform(-0.05, 0.05):.6f}" for v in xyz) for s, *xyz in rows]
        name.write_text("3\n\n" + "\n".join(lines) + "\n")
        names.append(str(name))
    return names


def workers_of(study):
    """Processes of `esp task` for the study, by the arguments that the system lists: process and number of the task."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if len(words) > 2 and words[0].decode() == PROGRAM and words[1] == b"task" and str(study).encode() in words:
                found[int(entry.name)] = int(words[2])
    return found


def job_of(process):
    try:
        variables = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return None
    return next((text.decode().partition("=")[2] for text in variables if text.startswith(b"SLURM_JOB_ID=")), None)


class Killer(threading.Thread):
    """Kills a worker from time to time, until there have been enough."""

    def __init__(self, study, kills, generator, uses_slurm):
        super().__init__(daemon=True)
        self.study, self.left, self.generator, self.uses_slurm = study, kills, generator, uses_slurm
        self.counts = {"kill -9": 0, "scancel": 0}
        self.tasks = set()
        self.is_over = threading.Event()

    def run(self):
        while self.left and not self.is_over.wait(self.generator.uniform(0.2, 1.5)):
            if self.uses_slurm and self.generator.random() < 0.5:
                jobs = subprocess.run(
                    ["squeue", "--noheader", "--array", "--states=R", "--format=%A %K"], capture_output=True,
                    text=True).stdout.splitlines()
                if jobs:
                    job, number = self.generator.choice(jobs).split()
                    # A job of Snakemake is no part of an array; its task is that of its process, if it has begun.
                    running = [int(number)] if number.isdigit() else [
                        task for process, task in workers_of(self.study).items() if job_of(process) == job]
                    if not running:
                        continue
                    subprocess.run(["scancel", job])
                    self.tasks.update(running)
                    self.counts["scancel"] += 1
                    self.left -= 1
                continue
            running = workers_of(self.study)
            if running:
                process = self.generator.choice(sorted(running))
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.tasks.add(running[process])
                self.counts["kill -9"] += 1
                self.left -= 1


def task(study, number):
    return subprocess.run([PROGRAM, "task", str(number), "--output", str(study), "--quiet"], capture_output=True, text=True)


def run_locally(study, count, generator):
    waiting = [number for number in range(1, count + 1) for _ in range(2)]
    generator.shuffle(waiting)
    guard = threading.Lock()

    def work():
        while True:
            with guard:
                if not waiting:
                    return
                number = waiting.pop()
            process = task(study, number)
            if process.returncode == -signal.SIGKILL:
                with guard:
                    waiting.insert(0, number)
            elif process.returncode != 0:
                raise SystemExit(f"task {number}: {process.returncode} {process.stderr}")

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_with_slurm(study, count):
    submissions = 0
    environment = {**os.environ, "ESP": PROGRAM}
    while True:
        submissions += 1
        subprocess.run(
            [str(ROOT / "workflows/submit-slurm.sh"), str(study), f"--output={study}/slurm-%A_%a.out"], check=True, env=environment,
            stdout=subprocess.DEVNULL)
        while subprocess.run(["squeue", "--noheader"], capture_output=True, text=True).stdout.strip():
            time.sleep(1)
        if subprocess.run([PROGRAM, "study", str(study), "--collect", "--quiet"], capture_output=True).returncode == 0:
            print(f"{submissions} submissions of the array")
            return
        assert submissions < 20


# Without an accounting database.
EXECUTOR = ["--executor", "slurm", "--jobs", "100", "--slurm-no-account", "--slurm-status-command", "squeue"]


def run_with_snakemake(study, executor):
    command = [
        "snakemake", "--snakefile", str(ROOT / "workflows/Snakefile"), "--config", f"study={study}", "--cores", "2", "--quiet", "all",
        "--keep-going", "--rerun-incomplete", "--directory", str(study.parent), *executor,
    ]
    for calls in range(1, 20):
        process = subprocess.run(command, env={**os.environ, "ESP": PROGRAM}, capture_output=True, text=True)
        if process.returncode == 0:
            print(f"{calls} calls of snakemake")
            return
    raise SystemExit(process.stderr)


def states(study, entry):
    found = json.loads((study / entry["folder"] / "result.json").read_text())["states"]
    for state in found:
        for key in ("wall_seconds",):
            state.pop(key, None)
    return found


def numbers(state):
    """What must be the same to the last bit, however often the state was interrupted."""
    return {key: state[key] for key in ("charge", "multiplicity", "energy", "orbital_energies", "dipole", "charges", "spin_squared")}


class Watch(threading.Thread):
    """Notes every version of a finished result: a second one would be a task that was computed twice."""

    def __init__(self, study, plan):
        super().__init__(daemon=True)
        self.paths = [study / entry["folder"] / "result.json" for entry in plan]
        self.versions = {}
        self.is_over = threading.Event()

    def look(self):
        for path in self.paths:
            try:
                if not json.loads(path.read_text()).get("preliminary"):
                    self.versions.setdefault(path, set()).add(path.stat().st_mtime_ns)
            except (OSError, ValueError):
                pass

    def run(self):
        while not self.is_over.wait(0.5):
            self.look()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["local", "slurm", "snakemake", "snakemake-slurm"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--molecules", type=int, default=20)
    parser.add_argument("--kills", type=int, default=40)
    choices = parser.parse_args()
    generator = random.Random(29)
    folder = choices.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    files = molecules(folder, choices.molecules, generator)
    study, alone = folder / choices.mode, folder / "alone"
    shutil.rmtree(study, ignore_errors=True)
    for path in (study, alone):
        subprocess.run([PROGRAM, "study", *files, *OPTIONS, "--plan", "--output", str(path)], check=True, stdout=subprocess.DEVNULL)
    plan = json.loads((study / "plan.json").read_text())["tasks"]
    print(f"{len(plan)} tasks")

    start = time.monotonic()
    for number in range(1, len(plan) + 1):
        process = task(alone, number)
        assert process.returncode == 0, process.stderr
    print(f"alone, one after the other: {time.monotonic() - start:.0f} s")

    killer, watch = Killer(study, choices.kills, generator, "slurm" in choices.mode), Watch(study, plan)
    start = time.monotonic()
    killer.start()
    watch.start()
    if choices.mode == "local":
        run_locally(study, len(plan), generator)
    elif choices.mode == "slurm":
        run_with_slurm(study, len(plan))
    else:
        run_with_snakemake(study, EXECUTOR if choices.mode == "snakemake-slurm" else [])
    for thread in (killer, watch):
        thread.is_over.set()
        thread.join()
    watch.look()
    print(f"{choices.mode}: {time.monotonic() - start:.0f} s, killed: {killer.counts}")

    differing, largest = [], 0.0
    for number, entry in enumerate(plan, start=1):
        pairs = list(zip(states(study, entry), states(alone, entry), strict=True))
        if number not in killer.tasks and any(numbers(own) != numbers(other) for own, other in pairs):
            differing.append(number)
        largest = max(largest, *(abs(own["energy"] - other["energy"]) for own, other in pairs))
    twice = [path for path, versions in watch.versions.items() if len(versions) > 1]
    collected = subprocess.run([PROGRAM, "study", str(study), "--collect", "--quiet"], capture_output=True, text=True)
    print(f"lost: {len(plan) - len(watch.versions)}, computed twice: {len(twice)}")
    print(f"{len(killer.tasks)} tasks were killed; of the others {len(differing)} have other bits than alone")
    print(f"largest difference of an energy: {largest:.0e} Eh")
    print(f"esp study --collect: exit code {collected.returncode}")
    raise SystemExit(bool(differing or largest > 1e-9 or twice or len(plan) > len(watch.versions) or collected.returncode))


if __name__ == "__main__":
    main()
