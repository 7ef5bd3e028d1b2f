#!/usr/bin/env bash
# A job array for the tasks of a planned study (esp study ... --plan); each element of the array is a task. Submit it with
# submit-slurm.sh, which asks the program for memory and time, or by hand:
#
#   sbatch --array=1-200 --cpus-per-task=2 --mem=4G --time=2:00:00 workflows/slurm-array.sh STUDY
#
# Submit it again as often as needed: finished tasks return at once, killed ones go on from their checkpoints.
#SBATCH --job-name=esp-study
#SBATCH --requeue
#SBATCH --open-mode=append
# Two minutes before the time is up, the program is asked to write its checkpoint and end.
#SBATCH --signal=B:TERM@120

# The program takes the place of the shell, so that signals reach it.
exec "${ESP:-esp}" task "$SLURM_ARRAY_TASK_ID" --output "${1:-study}" --quiet
