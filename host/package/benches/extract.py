"""Measures extraction: see extract.sh. Usage: extract.py EXTRACT_BINARY WORK_FOLDER ROUNDS [generate | PACKAGE...]"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

extract, work, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
work.mkdir(parents=True, exist_ok=True)


def text(random, size):
    """Text that compresses about three times, like source code and configuration."""
    words = [random.randbytes(4).hex() for _ in range(400)]
    parts, length = [], 0
    while length < size:
        part = random.choice(words) if random.random() < 0.9 else random.randbytes(6).hex()
        parts.append(part)
        length += len(part) + 1
    return " ".join(parts)[:size].encode()


def generate(name, folders, files, size):
    source = work / name
    if source.exists():
        return
    seeded = random.Random(name)
    large = text(seeded, 5 << 20) if size == 5 << 20 else None
    for folder in range(folders):
        path = source / f"folder-{folder:03}"
        path.mkdir(parents=True)
        for file in range(files):
            if large:
                # Half text, half noise: compresses about twice.
                content = large[: size // 2] + seeded.randbytes(size // 2)
            else:
                content = text(seeded, seeded.randrange(size // 2, size * 3 // 2))
            (path / f"file-{file:03}.txt").write_bytes(content)
    for extension, option in [(".tar.gz", "-z"), (".tar.zst", "--zstd")]:
        subprocess.run(["tar", option, "-cf", work / (name + extension), "-C", source, "."], check=True)
    subprocess.run(["zip", "-qr", f"../{name}.zip", "."], cwd=source, check=True)
    shutil.rmtree(source)
    source.mkdir()


def measure(command):
    """Wall seconds, CPU seconds, peak MiB of one run."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status != 0:
        sys.exit(f"failed: {command}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if sys.argv[4:] == ["generate"]:
    generate("small", 100, 100, 10_500)
    generate("large", 20, 10, 5 << 20)
    sys.exit()
packages = [Path(package) for package in sys.argv[4:]]
if not packages:
    # In a process of its own: a child's peak memory begins with that of the process it was started from.
    subprocess.run([sys.executable, *sys.argv, "generate"], check=True)
    packages = [work / f"{name}{end}" for name in ["small", "large"] for end in [".tar.gz", ".tar.zst", ".zip"]]
print(f"{'package':16} {'wall s':>14} {'ratio':>6} {'cpu s':>14} {'ratio':>6} {'best':>6} {'MiB':>5}   against")
fresh = 0
for package in packages:
    name = package.name
    subprocess.run(["cat", package], stdout=subprocess.DEVNULL, check=True)  # into the page cache
    ours, theirs = [], []
    for _ in range(rounds):
        fresh += 1
        folder = work / f"out-{os.getpid()}-{fresh}"
        ours.append(measure([extract, package, f"{folder}-ours"]))
        other = Path(f"{folder}-theirs")
        other.mkdir()
        if name.endswith(".zip"):
            theirs.append(measure(["unzip", "-q", package, "-d", other]))
        else:
            theirs.append(measure(["tar", "-xf", package, "-C", other]))
    median = lambda runs, at: statistics.median(run[at] for run in runs)
    ratio = lambda at: statistics.median(a[at] / b[at] for a, b in zip(ours, theirs))
    best = min(run[1] for run in ours) / min(run[1] for run in theirs)
    print(
        f"{name:16} {median(ours, 0):6.2f}/{median(theirs, 0):6.2f} {ratio(0):7.2f}"
        f" {median(ours, 1):6.2f}/{median(theirs, 1):6.2f} {ratio(1):7.2f} {best:6.2f}"
        f" {max(run[2] for run in ours):5.0f}   {'unzip' if name.endswith('.zip') else 'GNU tar'}",
        flush=True,
    )
for folder in work.glob("out-*"):
    shutil.rmtree(folder)
