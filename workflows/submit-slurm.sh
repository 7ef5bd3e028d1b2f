#!/usr/bin/env bash
# Submits the tasks of a planned study to Slurm, with the memory and three times the time that the program estimates:
#
#   workflows/submit-slurm.sh STUDY [SBATCH OPTIONS ...]       such as --partition=long, or --array=1-200%20 to run twenty at a time
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
study=${1:-study}
shift || true

# esp estimate computes integrals: on a cluster, let it run where that is allowed, once for each plan.
table=$study/estimate.txt
if [ ! "$table" -nt "$study/plan.json" ]; then
    "${ESP:-esp}" estimate "$study" > "$table.new"
    mv "$table.new" "$table"
fi

# The largest number of threads, of megabytes (those of the estimate, and a tenth more) and of minutes.
read -r tasks threads megabytes minutes < <(awk '
    $1 + 0 > 0 && NF == 9 {
        tasks += 1
        if ($5 > threads) threads = $5
        if ($8 > memory) memory = $8
        if ($9 > seconds) seconds = $9
    }
    END { print tasks + 0, threads + 0, int(1.1 * memory) + 1, int(3 * seconds / 60) + 5 }' "$table")
exec sbatch --array="1-$tasks" --cpus-per-task="$threads" --mem="${megabytes}M" --time="$minutes" "$@" \
    "$here/slurm-array.sh" "$study"
