#!/usr/bin/env python3
"""A model of the time of a Fock build (or of a whole iteration) on many nodes, from times and message volumes of one machine (docs/ranks.md).

    Benchmarks/ranks_model.py [--shared S] [--quadrature S] [--replicated S] [--sent MB] [--sums N] [--blocks N]
                              [--cores N] [--bandwidth GB/S] [--latency US]

It is a model, not a measurement.
"""
import argparse
import math


def time_on(nodes, c):
    """Seconds with one rank per node, and the part of it that messages take."""
    workers = nodes * c.cores
    shared = c.shared / workers
    # A block of points is the smallest piece of the quadrature.
    quadrature = c.quadrature / c.blocks * math.ceil(c.blocks / workers)
    if nodes == 1:
        return shared + quadrature + c.replicated, 0.0
    # Every rank sends its parts to the others, adds its own, and sends the sums: twice the numbers less its own.
    volume = 2 * c.numbers * 8 * (nodes - 1) / nodes
    # Each sum is preceded by a comparison of what the ranks do.
    messages = c.sums * (2 * (nodes - 1) + math.ceil(math.log2(nodes)))
    talk = volume / (c.bandwidth * 1e9) + messages * c.latency * 1e-6
    return shared + quadrature + c.replicated + talk, talk


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=float, default=0.256, help="core seconds of integrals and digestion")
    parser.add_argument("--quadrature", type=float, default=0.43, help="core seconds of the quadrature")
    parser.add_argument("--replicated", type=float, default=0.003, help="seconds that every rank takes by itself")
    parser.add_argument("--sent", type=float, default=1.11, help="MB that a rank of two sends")
    parser.add_argument("--sums", type=int, default=4, help="sums over the ranks")
    parser.add_argument("--blocks", type=int, default=1406, help="blocks of the grid")
    parser.add_argument("--cores", type=int, default=16, help="cores of a node")
    parser.add_argument("--bandwidth", type=float, default=1.25, help="of a node, in GB/s (1.25: ten gigabits)")
    parser.add_argument("--latency", type=float, default=30, help="of a message, in microseconds")
    c = parser.parse_args()
    # With two ranks a rank sends all numbers once: half of them to the other, and the sums of the other half.
    c.numbers = c.sent * 2**20 / 8
    first, _ = time_on(1, c)
    print("| nodes | time | speedup | messages | sent by a rank |")
    print("| --- | --- | --- | --- | --- |")
    for nodes in [1, 2, 4, 8, 16, 32, 64]:
        total, talk = time_on(nodes, c)
        sent = 0 if nodes == 1 else 2 * c.numbers * 8 * (nodes - 1) / nodes / 2**20
        print(f"| {nodes} | {1e3 * total:.1f} ms | {first / total:.1f} | {1e3 * talk:.1f} ms | {sent:.1f} MB |")


if __name__ == "__main__":
    main()
