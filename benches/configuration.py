#!/usr/bin/env python3
"""The built-in configuration hooks in the sandbox, beside the same crates as native programs.

    cargo build --release -p cofferdam-hook-structured-variables \\
        -p cofferdam-hook-substitute-in-files -p cofferdam-hook-xml-transforms
    benches/configuration.py PROGRAM WASM_FOLDER NATIVE_FOLDER [--rounds N]

Both work on fresh copies of the same files, in turn; compiling is not part of it. Prints the median
processor time of the hook's process (start, work, end), the ratio, and the WebAssembly memory at its
largest, also as a multiple of the largest file. Ratios count; absolute times are those of the machine.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile

FEATURES = {
    "Octopus.Action.EnabledFeatures": "Octopus.Features.JsonConfigurationVariables,"
    "Octopus.Features.SubstituteInFiles,Octopus.Features.ConfigurationTransforms",
    "Octopus.Action.Package.JsonConfigurationVariablesTargets": "f.*",
    "Octopus.Action.SubstituteInFiles.TargetFiles": "**/*.txt",
    "Octopus.Action.Package.AutomaticallyRunConfigurationTransformationFiles": "True",
    "Name": "value",
}
XDT = 'xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"'


def variables():
    """Many, of which a few name values of the files."""
    found = dict(FEATURES)
    found.update({f"Some.Other[{number}].Name": "value" for number in range(500)})
    for number in range(10):
        found[f"entry{number}:name"] = found[f"entry{number}.name"] = found[f"/r/entry{number}/name"] = "new"
    return found


def json_file(folder):
    entry = '  "entry%d": {\n    "name": "value %d",\n    "list": [1, 2.5, true, null]\n  },\n'
    entries = "".join(entry % (number, number) for number in range(125_000))
    (folder / "f.json").write_text("{\n" + entries + '  "last": 1\n}\n')


def yaml_file(folder):
    entry = "entry%d:\n  name: value %d\n  list:\n  - one\n  - 'two'  # note\n"
    (folder / "f.yaml").write_text("".join(entry % (n, n) for n in range(155_000)))


def xml_file(folder):
    entry = '  <entry%d id="%d">\n    <name>value %d</name>\n    <!-- note -->\n  </entry%d>\n'
    entries = "".join(entry % (n, n, n, n) for n in range(115_000))
    (folder / "f.xml").write_text('<?xml version="1.0"?>\n<r>\n' + entries + "</r>\n")


def properties_file(folder):
    entry = "# note\nentry%d.name = value %d\n"
    (folder / "f.properties").write_text("".join(entry % (n, n) for n in range(250_000)))


def templates(folder):
    for number in range(1_000):
        part = folder / f"d{number % 10}"
        part.mkdir(exist_ok=True)
        line = f"setting = #{{Name}}, plain text, and some more of it {number}\n"
        (part / f"f{number}.txt").write_text(line * 70)


def web_config(folder):
    add = '    <add key="K%d" value="value %d" />\n'
    settings = "".join(add % (n, n) for n in range(20_000))
    (folder / "web.config").write_text(
        '<?xml version="1.0"?>\n<configuration>\n  <appSettings>\n'
        f"{settings}  </appSettings>\n</configuration>\n"
    )
    change = '    <add key="K%d" value="new" xdt:Transform="SetAttributes" xdt:Locator="Match(key)" />\n'
    changes = "".join(change % (n * 400) for n in range(50))
    (folder / "web.Release.config").write_text(
        f'<?xml version="1.0"?>\n<configuration {XDT}>\n  <appSettings>\n{changes}'
        '    <add key="Added" value="x" xdt:Transform="Insert" />\n'
        "  </appSettings>\n</configuration>\n"
    )


CASES = [
    ("1,000 files of 4 KB substituted", "substitute-in-files", templates),
    ("one JSON file of 10 MB", "structured-variables", json_file),
    ("one YAML file of 10 MB", "structured-variables", yaml_file),
    ("one XML file of 10 MB", "structured-variables", xml_file),
    ("one properties file of 10 MB", "structured-variables", properties_file),
    ("50 transforms of a web.config of 0.9 MB", "xml-transforms", web_config),
]


def native(command, folder):
    """Milliseconds of processor time of the native program."""
    process = subprocess.Popen(
        [command], cwd=folder, env=variables(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command} failed: {error.decode()}")
    return (usage.ru_utime + usage.ru_stime) * 1e3


def sandboxed(program, module, folder, file):
    """Milliseconds of processor time of the worker, and its memory in MiB."""
    command = [program, "run-hook", module, "--dir", folder, "--variables", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    if done.returncode != 0:
        raise SystemExit(f"{command} failed: {text[-2000:]}")
    taken = re.search(r"([\d.]+) (ms|s) of processor time, ([\d.]+) MiB of memory", text)
    scale = 1 if taken[2] == "ms" else 1e3
    return float(taken[1]) * scale, float(taken[3])


def same(one, other):
    """Whether two folders hold the same files."""
    return subprocess.run(["diff", "-r", one, other], check=False, capture_output=True).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("wasm_folder", type=pathlib.Path)
    parser.add_argument("native_folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"{'':42}{'sandbox':>10}{'native':>10}{'ratio':>7}{'memory':>11}{'of the file':>13}")
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary)
        file = root / "variables.json"
        file.write_text(json.dumps([{"k": k, "v": v, "s": False} for k, v in variables().items()]))
        for title, hook, make in CASES:
            fresh = root / "fresh"
            fresh.mkdir()
            make(fresh)
            largest = max(path.stat().st_size for path in fresh.rglob("*") if path.is_file())
            inside, outside, memory = [], [], 0.0
            for warming in [True] + [False] * options.rounds:
                one, other = root / "one", root / "other"
                shutil.copytree(fresh, one)
                shutil.copytree(fresh, other)
                module = options.wasm_folder / f"cofferdam-hook-{hook}.wasm"
                took, memory = sandboxed(options.program, module, one, file)
                took_native = native(options.native_folder.resolve() / f"cofferdam-hook-{hook}", other)
                if same(one, fresh) or not same(one, other):
                    raise SystemExit(f"{title}: nothing was changed, or not the same")
                if not warming:
                    inside.append(took)
                    outside.append(took_native)
                shutil.rmtree(one)
                shutil.rmtree(other)
            shutil.rmtree(fresh)
            took, took_native = statistics.median(inside), statistics.median(outside)
            line = f"{title:42}{took:7.0f} ms{took_native:7.0f} ms{took / took_native:7.2f}{memory:7.0f} MiB"
            # Beside a small file the memory says nothing of the file.
            print(line + (f"{memory * 2**20 / largest:11.1f} x" if largest > 100_000 else ""))


if __name__ == "__main__":
    main()
