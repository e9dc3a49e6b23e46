#!/usr/bin/env python3
"""Whole deployments, side by side with `tar` and `bash`, in turn, with fresh folders each round.

    benches/deploy.py PROGRAM [--rounds N] [--large]

Prints medians and ratios: a durable deployment of 1 MiB in 40 files with four hooks that do nothing,
with and without audit log; with --large also 10,000 files of about 100 MB, and 1 GiB in 200 files.
Ratios count; absolute times are those of the machine.
"""

import argparse
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

HOOK = '(module (memory (export "memory") 1) (func (export "_start")))'
STAGES = ["PreDeploy", "Deploy", "PostDeploy", "DeployFailed"]


def run(command, **more):
    """Wall and processor seconds, and peak memory in MiB, of one command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status != 0:
        raise SystemExit(f"{command} failed: {error.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, usage.ru_maxrss / 1024


def content(folder, files, size):
    """Text that compresses about three to one, from a seed."""
    source = random.Random(7)
    words = [source.randbytes(source.randint(2, 5)).hex() for _ in range(2000)]
    block = " ".join(source.choices(words, k=size // 7)).encode()
    for number in range(files):
        path = folder / f"d{number % 100}" / f"file{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        start = source.randrange(max(1, len(block) // 2))
        path.write_bytes((block[start:] + block)[:size] + str(number).encode())


def compare(title, rounds, commands):
    """Runs the commands in turn and prints their medians against the last one's."""
    taken = {name: [] for name in commands}
    for _ in range(rounds):
        for name, make in commands.items():
            taken[name].append(make())
    print(f"\n{title} ({rounds} rounds)")
    peer = list(commands)[-1]
    for name, results in taken.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*results))
        ratios = [ours[0] / theirs[0] for ours, theirs in zip(results, taken[peer])]
        cpus = [ours[1] / theirs[1] for ours, theirs in zip(results, taken[peer]) if theirs[1]]
        print(
            f"  {name:<34} wall {wall * 1e3:8.1f} ms ({statistics.median(ratios):.2f})"
            f"  cpu {cpu * 1e3:8.1f} ms ({statistics.median(cpus or [0]):.2f})  peak {memory:6.1f} MiB"
        )


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--large", action="store_true")
    options = arguments.parse_args()
    program = os.path.abspath(options.program)

    with tempfile.TemporaryDirectory(prefix="cofferdam-bench-") as scratch:
        scratch = pathlib.Path(scratch)
        environment = {**os.environ, "COFFERDAM_CACHE_DIR": str(scratch / "cache")}
        fresh = iter(range(1_000_000))

        def pack(name, files, size, hooks):
            folder = scratch / name
            content(folder, files, size)
            for stage in STAGES if hooks else []:
                (folder / f"{stage}.wat").write_text(HOOK)
            subprocess.run(
                [program, "pack", folder, "--id", name, "--version", "1.0.0", "--output", scratch],
                check=True, capture_output=True,
            )
            shutil.rmtree(folder)
            return scratch / f"{name}.1.0.0.tar.gz"

        def deploy(package, *more):
            root = scratch / f"root{next(fresh)}"
            return run([program, "deploy", package, "--root", root, "--quiet", *more], env=environment)

        def untar(package, *commands):
            folder = scratch / f"tar{next(fresh)}"
            folder.mkdir()
            script = " && ".join([f"tar -xzf {package} -C {folder}", *commands])
            return run(["sh", "-c", script])

        key = scratch / "key"
        subprocess.run([program, "key", "generate", key], check=True, capture_output=True)
        small = pack("Small", 40, 26_000, hooks=True)
        deploy(small)  # compiles the hook
        bash = ["bash -c true"] * 4
        compare("1 MiB in 40 files, four hooks that do nothing", options.rounds, {
            "deploy": lambda: deploy(small),
            "deploy, audited and attested": lambda: deploy(
                small, "--audit-dir", scratch / "audit", "--signing-key", key),
            "tar -xzf, then four times bash": lambda: untar(small, *bash),
        })
        if options.large:
            for title, name, files, size in [
                ("10,000 files, about 100 MB", "Many", 10_000, 10_400),
                ("1 GiB in 200 files", "Large", 200, 5 << 20),
            ]:
                package = pack(name, files, size, hooks=False)
                compare(title, 3, {
                    "deploy": lambda: deploy(package),
                    "tar -xzf": lambda: untar(package),
                })


if __name__ == "__main__":
    main()
