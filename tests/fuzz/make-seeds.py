#!/usr/bin/env python3
"""Writes seeds/: what fuzzing starts from, made by real archivers and taken from tests/vectors.

The seeds are checked in; run this after adding a target or a kind of seed. Needs what the tests need
(tar, bsdtar, zip, 7z, zstd).
"""

import base64
import bz2
import gzip
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SEEDS = HERE / "seeds"
VECTORS = HERE.parent / "vectors"
PART = "\x1e"
# Enough of each kind to begin with; the fuzzer finds the rest.
CASES_PER_TARGET = 40
MAX_SEED_BYTES = 4096


def seed(target, content):
    content = content if isinstance(content, bytes) else content.encode()
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


def spread(items, count=CASES_PER_TARGET):
    """Some of the items, evenly: neighbours in the vectors are alike."""
    items = list(items)
    step = max(1, len(items) // count)
    return items[::step][:count]


def archives():
    with tempfile.TemporaryDirectory() as place:
        tree = pathlib.Path(place) / "tree"
        (tree / "a" / "empty").mkdir(parents=True)
        (tree / "PreDeploy.wat").write_text("(module)")
        (tree / "a" / "ä.txt").write_text("hello\n" * 3)
        (tree / ("long-" * 24)).write_text("x")
        (tree / "link").symlink_to("a/ä.txt")
        os.chmod(tree / "PreDeploy.wat", 0o755)
        for path in [*tree.rglob("*"), tree]:
            os.utime(path, (315532800, 315532800), follow_symlinks=False)

        def made(name, *command):
            path = pathlib.Path(place) / name
            subprocess.run([*command], cwd=tree, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return path.read_bytes()

        out = lambda name: str(pathlib.Path(place) / name)
        owner = ["--owner=root:0", "--group=root:0", "--sort=name"]
        for form in ["v7", "ustar", "gnu", "posix"]:
            files = ["PreDeploy.wat", "a"] if form in ("v7", "ustar") else ["."]
            tar = made(f"{form}.tar", "tar", f"--format={form}", *owner, "-b", "1", "-cf", out(f"{form}.tar"), *files)
            seed("tar", tar)
            for how in b"GBZ":
                seed("compressed_tar", bytes([how]) + tar)
            seed("compressed_tar", b"g" + gzip.compress(tar, mtime=0))
            seed("compressed_tar", b"b" + bz2.compress(tar))
            zstd = subprocess.run(["zstd", "-qc"], input=tar, check=True, capture_output=True).stdout
            seed("compressed_tar", b"z" + zstd)
        seed("tar", made("bsd.tar", "bsdtar", "--format=pax", "-cf", out("bsd.tar"), "."))
        seed("zip", made("info.zip", "zip", "-qry", out("info.zip"), "."))
        seed("zip", made("stored.zip", "zip", "-qr0X", out("stored.zip"), "."))
        seed("zip", made("7.zip", "7z", "a", "-tzip", out("7.zip"), "."))
        seed("zip", made("bsd.zip", "bsdtar", "--format=zip", "-cf", out("bsd.zip"), "."))
        (tree / "Acme.Web.nuspec").write_text(NUSPEC)
        seed("zip", made("nuget.zip", "zip", "-qrX", out("nuget.zip"), "Acme.Web.nuspec", "a"))


NUSPEC = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">\n'
    "  <metadata><id>Acme.Web</id><version>1.2.3-beta.1</version></metadata>\n</package>\n"
)


def packages():
    for text in [NUSPEC, "\ufeff" + NUSPEC, NUSPEC.replace("1.2.3", " 1.2.3&amp; "), "<package/>",
                 '<!DOCTYPE package [<!ENTITY v "1">]>' + NUSPEC]:
        seed("nuspec", text)
    for name in ["Acme.Web.1.0.0.zip", "Acme.Web.1.0.0-beta.1+meta.7.tar.gz", "web.2024.nupkg",
                 "Acme.Web@S1.0.0@0123456789ABCDEF0123456789ABCDEF.zip", "acme-web.1.0-SNAPSHOT.tar.bz2",
                 "org.acme#web.1.0.0.tgz", "Acme.Web@M1.0%2E1@0123456789ABCDEF0123456789ABCDEF.tar.zst"]:
        seed("names", name)
    for folder in [["a.txt", "hello"], ["a/b/c.txt", "x", "a/link", "-> b/c.txt"],
                   ["ä", "", "PreDeploy.wat", "(module)"], ["x" * 120, "long"], ["up", "-> .."],
                   ["Acme.nuspec", NUSPEC], ["a", "1", "A", "2"]]:
        seed("pack", PART.join(folder))


def workers():
    text = lambda value: bytes([len(value)]) + value.encode()
    messages = [b"\x01" + text("a line\n"), b"\x02" + text("error\n"), b"\x03\x00" + text("careful"),
                b"\x04" + text("Name") + text("value") + b"\x01", b"\x05" + text("a.txt") + text("A"),
                b"\x06\x32" + text("half"), b"\x07" + text("secret"), b"\x08" + text("why"), b"\x09\x05",
                b"\x0a", b"\x0b", b"\x0c" + text("what") + text("why"),
                b"\x0d" + text("GET") + text("https://acme.example/") + b"\x01" + text("a") + text("b") + b"\x00",
                b"\x0f" + text("code"), b"\x10", b"\x11\x01", b"\x12\x00\x02\x01\x02\x03"]
    for content in messages:
        seed("worker_messages", struct.pack("<I", len(content)) + content)
    seed("worker_messages", b"".join(struct.pack("<I", len(c)) + c for c in messages[:6]))
    in_base64 = lambda value: base64.b64encode(value.encode()).decode()
    lines = [f"##octopus[setVariable name='{in_base64('A')}' value=\"{in_base64('b')}\" sensitive='{in_base64('True')}']",
             f"##octopus[createArtifact path='{in_base64('a/b.txt')}']",
             f"##octopus[progress percentage='{in_base64('50')}' message='{in_base64('half')}']",
             "##octopus[stdout-warning]", "##octopus[stdout-", "a line\r\nanother", "x" * 300]
    for line in lines:
        seed("service_messages", "\x07" + line + "\n")
    seed("service_messages", "\x20" + "\n".join(lines))


def variables():
    for text in ['{"A": "1", "B": {"value": "x", "sensitive": true}, "C": null, "D": 1.50}',
                 '[{"k": "A", "v": "#{B}", "s": false}, {"Name": "B", "Value": "x", "IsSensitive": true}]',
                 '[{"Name": "B", "Value": "x", "Type": "Sensitive"}]',
                 'Octopus.Environment.Name = "Production"\n[variables]\nA = "1"\nB = { value = "x", sensitive = true }\n',
                 '"A B" = 1\nA.B = """\nlines\n"""\nD = 1979-05-27T07:32:00Z\n', "\ufeff{}"]:
        seed("variables_file", text)
    for parts in [["the password is hunter2!", "hunter2"], ["aHVudGVyMg== hunter2hunter2", "hunter2", "hunter"],
                  ["-----BEGIN KEY-----\nabcdefgh\nijklmnop\n", "abcdefgh\nijklmnop"], ["p%40ss p@ss", "p@ss"]]:
        seed("masking", PART.join(parts))


def records():
    key = "AAAAC3NzaC1lZDI1NTE5AAAAIOpKbEtIhl2xmDZFnLBVYAZ1oc5AQJ2gYe4B9ZzwTfBC"
    zeros = base64.b64encode(bytes(32)).decode()
    signature = base64.b64encode(bytes(68)).decode()
    note = f"acme.example/web-1\n2\n{zeros}\n\n— acme.example/web-1 {signature}\n"
    seed("record", note)
    seed("record", f"c2sp.org/tlog-proof@v1\nindex 1\n{zeros}\n\n{note}")
    seed("record", f'someone@acme namespaces="cofferdam" valid-after="20260101Z" ssh-ed25519 {key} comment\n')
    seed("record", f"ssh-ed25519 {key} someone\n")
    seed("record", json.dumps({"payload": "e30=", "payloadType": "application/vnd.in-toto+json",
                               "signatures": [{"keyid": "", "sig": signature}]}))
    with tempfile.TemporaryDirectory() as place:
        file = pathlib.Path(place) / "file"
        file.write_text("module")
        private = pathlib.Path(place) / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", private], check=True)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "cofferdam", "-f", private, file], check=True,
                       stderr=subprocess.DEVNULL)
        seed("record", pathlib.Path(f"{file}.sig").read_text())


def templates():
    for case in spread(json.loads((VECTORS / "octostache.json").read_text()), 4 * CASES_PER_TARGET):
        template = case.get("template")
        if template:
            values = [part for pair in (case.get("variables") or {}).items() for part in pair][:8]
            seed("template", PART.join([template, *(value or "" for value in values)]))
    # `Out` is a literal there.
    for template in ["#{Out}", "#{each x in Out}#{x}#{/each}", "#{A}\x1eA\x1e#{Out}", "#{B[#{Out}]}", "#{if Out == A}y#{/if}"]:
        seed("template", template)


def structured():
    for name in ["json", "yaml", "xml", "properties"]:
        cases = [path for path in sorted((VECTORS / "structured").iterdir()) if list(path.glob(f"input*.{name}"))]
        for case in spread(cases, CASES_PER_TARGET):
            for path in case.glob(f"input*.{name}"):
                if path.stat().st_size <= MAX_SEED_BYTES:
                    text = path.read_bytes().decode("utf-8", "ignore")
                    seed(f"structured_{name}", PART.join([text, *names_of(case)]))
                    if name == "xml":
                        seed("xml", text)


def names_of(case):
    """Names and values of the variables of a case."""
    file = case / "variables.json"
    pairs = json.loads(file.read_text("utf-8-sig")) if file.exists() else []
    return [str(part) for name, value in pairs for part in (name, value or "")][:8]


def markup():
    for case in spread(sorted((VECTORS / "xdt").iterdir()), 2 * CASES_PER_TARGET):
        source, transform = case / "source.xml", case / "transform.xml"
        if source.exists() and transform.exists():
            texts = [path.read_bytes().decode("utf-8", "ignore").lstrip("\ufeff") for path in (source, transform)]
            if sum(map(len, texts)) <= MAX_SEED_BYTES:
                seed("xml_transforms", PART.join(texts))
                seed("xml_variables", texts[0] + PART + PART.join(["key1", "new & <value>"]))
    seed("xml", "<!DOCTYPE a [<!ENTITY e 'x&#38;#60;'>]><a xmlns:p='u' p:b='&e;'><![CDATA[c]]><?pi d?><!--e-->&e;</a>")
    for expression in ["//b[@y='2']/text()", "/a/*[position() = last()]", "count(//b) > 1", "//p:b | //@x",
                       "ancestor-or-self::node()", "for $x in //b return $x", "if (//b) then //a else ()",
                       "//*[contains(local-name(), 'b')]", "some $x in //b satisfies $x/@y = '2'",
                       "(1 to 3)[. = 2]", "substring-before('a=b', '=')", "/a/b[1][@y]", "id('x')/.."]:
        seed("xpath", expression)
    settings = "<configuration><appSettings><add key='Port' value='80'/><add key=\"a\"/></appSettings>" \
        "<connectionStrings><add name='Main' connectionString='x'/></connectionStrings>" \
        "<applicationSettings><A><setting name='S'><value>1</value></setting><setting name='T'/></A></applicationSettings></configuration>"
    for text in [settings, "\ufeff" + settings, '<?xml version="1.0" encoding="windows-1252"?>' + settings]:
        seed("xml_variables", PART.join([text, "Port", "8080", "main", "ä", "S", "<x>", "T", "\u20ac"]))
    for pattern in ["**/*.config", "a/{b,c}/*.yaml", "[a-c]/app.json", "web.config", "../x", "a\\b\\?*", "{..,a}/b", "**"]:
        seed("globs", pattern)


def main():
    for made in SEEDS.glob("*/*"):
        # What fuzzing once found stays.
        if not made.name.startswith("finding-"):
            made.unlink()
    for make in [archives, packages, workers, variables, records, templates, structured, markup]:
        make()


main()
