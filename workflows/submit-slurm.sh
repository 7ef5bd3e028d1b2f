#!/usr/bin/env bash
# Submits the tasks of a planned study to Slurm, with the memory and three times the time that the program estimates:
#
#   workflows/submit-slurm.sh STUDY [SBATCH OPTIONS ...]       such as --partition=long, or --array=1-200%20 to run twenty at a time
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
study=${1:-study}
shift || true

# esp estimate computes integrals: on a cluster, let it run where that is allowed, once for all submissions.
[ "$study/estimate.json" -nt "$study/plan.json" ] || "${ESP:-esp}" estimate "$study" --json > "$study/estimate.json.new"
[ ! -e "$study/estimate.json.new" ] || mv "$study/estimate.json.new" "$study/estimate.json"

read -r tasks threads megabytes minutes < <(python3 - "$study/estimate.json" << 'END'
import json, math, sys
estimate = json.load(open(sys.argv[1]))
tasks = estimate["tasks"]
print(
    len(tasks), max(task["threads"] for task in tasks), math.ceil(1.1 * estimate["memory"] / 2**20),
    math.ceil(3 * estimate["longest_seconds"] / 60) + 4)
END
)
exec sbatch --array="1-$tasks" --cpus-per-task="$threads" --mem="${megabytes}M" --time="$minutes" "$@" \
    "$here/slurm-array.sh" "$study"
