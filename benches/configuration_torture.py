#!/usr/bin/env python3
"""What the built-in configuration hooks do, in the sandbox, with files that are made to hurt them.

    benches/configuration_torture.py PROGRAM WASM_FOLDER [--only PART]

Every case has to end well, or with an error that names a limit or a place; the file is then as it was,
byte for byte, and so is its time of modification. Nothing may take more memory than the default limit.
Prints a line a case, and exits with 1 if a case did not hold. Needs some gigabytes of free memory.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MB = 1_000_000
STRUCTURED, SUBSTITUTE = "structured-variables", "substitute-in-files"
TRANSFORMS, XML_VARIABLES = "xml-transforms", "xml-variables"
FEATURES = ["JsonConfigurationVariables", "SubstituteInFiles", "ConfigurationTransforms", "ConfigurationVariables"]
VARIABLES = {
    "Octopus.Action.EnabledFeatures": ",".join(f"Octopus.Features.{name}" for name in FEATURES),
    "Octopus.Action.Package.JsonConfigurationVariablesTargets": "f.*",
    "Octopus.Action.SubstituteInFiles.TargetFiles": "f.*",
    "Octopus.Action.Package.AutomaticallyRunConfigurationTransformationFiles": "True",
    "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings": "True",
    "Name": "value",
    "a:b": "new",
    "k5:name": "new",
    "/r/e1": "new",
    "e1": "new",
}
XDT = 'xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"'
# Of memory by default, and what the engine needs besides.
MAX_MEMORY_MIB = 256 + 16
# Long before every file.
OLD = 1_000_000_000
GOOD_ERROR = re.compile(r"limit|line \d+|column \d+|more than the \d+ bytes|max_\w+|not valid")


def repeated(size, entry, head="", tail=""):
    """`entry(0)`, `entry(1)`... up to `size` bytes."""
    parts, length = [head], 0
    while length < size:
        parts.append(entry(len(parts)))
        length += len(parts[-1])
    return "".join(parts) + tail


def large():
    size = 100 * MB
    settings = "<configuration><appSettings>", "</appSettings></configuration>"
    setting = '<add key="e%d" value="v"/>\n'
    release = (
        f'<configuration {XDT}><appSettings><add key="e1" value="n" xdt:Transform="SetAttributes" '
        'xdt:Locator="Match(key)"/></appSettings></configuration>'
    )
    entry = '"k%d": {\n "name": "value", "l": [1, 2.5, true] },\n'
    yield "100 MB of JSON", STRUCTURED, "f.json", repeated(size, lambda n: entry % n, "{", '"z":1}')
    entry_yaml = "k%d:\n  name: value\n  list:\n  - one\n  - 'two'  # note\n"
    yield "100 MB of YAML", STRUCTURED, "f.yaml", repeated(size, lambda n: entry_yaml % n)
    element = "<e%d><name>value</name></e%d>\n"
    yield "100 MB of XML", STRUCTURED, "f.xml", repeated(size, lambda n: element % (n, n), "<r>", "</r>")
    yield "100 MB of properties", STRUCTURED, "f.properties", repeated(size, lambda n: f"k{n}:name = value\n")
    line = "some text without a token\n"
    yield "100 MB of text, one token", SUBSTITUTE, "f.txt", line * (size // len(line)) + "#{Name}"
    yield "100 MB of text, no token", SUBSTITUTE, "f.txt", line * (size // len(line))
    yield "100 MB of tokens", SUBSTITUTE, "f.txt", "#{Name} " * (size // 8)
    config = repeated(size, lambda n: setting % n, *settings)
    yield "100 MB of appSettings", XML_VARIABLES, "f.config", config
    yield "100 MB of web.config", TRANSFORMS, "web.config", config, {"web.Release.config": release}
    yield "200 MB of JSON", STRUCTURED, "f.json", '{"a":"' + "x" * (200 * MB) + '"}'


def long_lines():
    text = "x" * (50 * MB)
    yield "a line of 50 MB, JSON", STRUCTURED, "f.json", '{"a":{"b":"' + text + '"}}'
    yield "a line of 50 MB, YAML", STRUCTURED, "f.yaml", 'a: {b: "' + text + '"}'
    yield "a line of 50 MB, XML", STRUCTURED, "f.xml", "<r><e1>" + text + "</e1></r>"
    yield "a line of 50 MB, text", SUBSTITUTE, "f.txt", text + "#{Name}"


def nesting():
    yield "#{ 25 million times", SUBSTITUTE, "f.txt", "#{" * (25 * MB)
    yield "#{if a} a million times", SUBSTITUTE, "f.txt", "#{if a}" * MB
    yield "[ 50 million times, JSON", STRUCTURED, "f.json", "[" * (50 * MB)
    yield "{a: 12 million times, YAML", STRUCTURED, "f.yaml", "{a: " * (12 * MB)
    yield "- 25 million times, YAML", STRUCTURED, "f.yaml", "- " * (25 * MB)
    yield "<a> 16 million times", STRUCTURED, "f.xml", "<a>" * (16 * MB)
    yield "<a> 16 million times, config", XML_VARIABLES, "f.config", "<a>" * (16 * MB)
    yield "<a> 16 million times, transform", TRANSFORMS, "web.config", "<a>" * (16 * MB), {"web.Release.config": "<a/>"}
    yield "\\ 25 million times, properties", STRUCTURED, "f.properties", "\\\n" * (25 * MB)


def many_keys():
    def keys(entry):
        return repeated(MB * 12, entry)

    yield "a million keys, JSON", STRUCTURED, "f.json", "{" + keys(lambda n: f'"k{n}":{n},') + '"a":{"b":1}}'
    yield "a million equal keys, JSON", STRUCTURED, "f.json", "{" + '"a:b":1,' * MB + '"z":1}'
    yield "a million keys, YAML", STRUCTURED, "f.yaml", keys(lambda n: f"k{n}: {n}\n") + "a:\n  b: 1\n"
    yield "a million keys, properties", STRUCTURED, "f.properties", keys(lambda n: f"k{n}={n}\n")
    yield "a million elements, XML", STRUCTURED, "f.xml", "<r>" + keys(lambda n: f"<e{n}/>") + "</r>"
    yield "a million attributes, XML", STRUCTURED, "f.xml", "<r " + keys(lambda n: f'a{n}="" ') + "/>"


def bombs():
    aliases = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    yield "billion laughs, YAML", STRUCTURED, "f.yaml", aliases + "a:\n  b: 1\n"
    entities = '<!ENTITY a0 "lol">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    laughs = f"<!DOCTYPE r [{entities}]><r><e1>&a11;</e1></r>"
    yield "billion laughs, XML", STRUCTURED, "f.xml", laughs
    yield "billion laughs, config", XML_VARIABLES, "f.config", laughs
    yield "billion laughs, transform", TRANSFORMS, "web.config", "<r/>", {"web.Release.config": laughs}
    square = f'<!DOCTYPE r [<!ENTITY x "{"x" * 100_000}">]><r><e1>{"&x;" * 100_000}</e1></r>'
    yield "one long entity, often", STRUCTURED, "f.xml", square
    outside = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><e1>&x;</e1><e2>&x;</e2></r>'
    yield "an entity from a file", STRUCTURED, "f.xml", outside


def encodings():
    yield "half a unit of UTF-16", STRUCTURED, "f.json", b'\xff\xfe{\0"'
    yield "half a surrogate pair", STRUCTURED, "f.json", b"\xff\xfe" + '{"a":"'.encode("utf-16le") + b'\0\xd8"\0}\0'
    yield "a mark that lies", STRUCTURED, "f.json", b'\xef\xbb\xbf{"a":{"b":"\xff"}}'
    yield "beyond UTF-32", STRUCTURED, "f.json", b"\xff\xfe\0\0\xff\xff\xff\x7f"
    yield "zeros, YAML", STRUCTURED, "f.yaml", b'a:\n  b: "\0"\n'
    yield "zeros, XML", STRUCTURED, "f.xml", b"<r><e1>\0</e1></r>"
    yield "zeros, text", SUBSTITUTE, "f.txt", b"\0\0#{Name}\0"
    for name, hook in [("f.json", STRUCTURED), ("f.yaml", STRUCTURED), ("f.xml", STRUCTURED), ("f.config", XML_VARIABLES)]:
        yield f"noise as {name}", hook, name, bytes(range(256)) * 400


PARTS = {
    "large": large,
    "long-lines": long_lines,
    "nesting": nesting,
    "many-keys": many_keys,
    "bombs": bombs,
    "encodings": encodings,
}


def run(options, root, title, hook, name, content, beside=None):
    """Runs one case, prints its line, and says whether it held."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=root))
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for other, text in (beside or {}).items():
        (folder / other).write_text(text)
    os.utime(path, (OLD, OLD))
    before = path.read_bytes()
    module = options.wasm_folder / f"cofferdam-hook-{hook}.wasm"
    command = [options.program, "run-hook", module, "--dir", folder, "--variables", root / "variables.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    same = path.read_bytes() == before and path.stat().st_mtime == OLD
    found = re.search(r"([\d.]+) (ms|s) of processor time, ([\d.]+) MiB of memory", output)
    took, memory = (f"{found[1]} {found[2]}", float(found[3])) if found else ("?", 0.0)
    errors = [line for line in output.splitlines() if line.startswith("error: ")]
    if done.returncode == 0:
        held, what = True, "unchanged" if same else "changed"
    else:
        what = errors[0].removeprefix("error: ") if errors else output[-200:]
        held = done.returncode == 1 and same and bool(GOOD_ERROR.search(what))
    held = held and memory <= MAX_MEMORY_MIB
    print(f"{'' if held else 'FAILED '}{title:36}{took:>8}{memory:7.0f} MiB  {what[:200]}", flush=True)
    subprocess.run(["rm", "-r", folder], check=True)
    return held


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("wasm_folder", type=pathlib.Path)
    parser.add_argument("--only", choices=PARTS, action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary)
        definitions = [{"k": name, "v": value, "s": False} for name, value in VARIABLES.items()]
        (root / "variables.json").write_text(json.dumps(definitions))
        held = [run(options, root, *case) for part in options.only or PARTS for case in PARTS[part]()]
    print(f"{len(held)} cases, {held.count(False)} failed")
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
