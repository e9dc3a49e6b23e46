#!/usr/bin/env python3
"""Verifies Cofferdam's audit logs and receipts, independently of Cofferdam.

    verify.py log FOLDER --key PUBLIC_KEY [--checkpoint KEPT_CHECKPOINT]
    verify.py receipt FILE --key PUBLIC_KEY

Needs Python 3.8 and nothing else; written from docs/audit.md. If something is wrong, exits with 1."""
import argparse, base64, functools, hashlib, json, pathlib, sys

# Ed25519 (RFC 8032, section 5.1): verification only, slow (some milliseconds) and short.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    return (b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P

def multiply(n, p):
    return add(multiply(n >> 1, add(p, p)), p if n & 1 else (0, 1, 1, 0)) if n else (0, 1, 1, 0)

def decompress(data):
    sign, y = data[31] >> 7, int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    check(y < P and (x * x - square) % P == 0 and (x or not sign), "a signature is no signature")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

def ed25519_verify(key, message, signature):
    check(len(signature) == 64, "a signature has another length")
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    left, right = multiply(s, base), add(decompress(signature[:32]), multiply(k, decompress(key)))
    return s < L and not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))

def check(holds, message):
    if not holds:
        raise ValueError(message)

def unbase64(text):
    data = base64.b64decode(text, validate=True)
    check(base64.b64encode(data).decode() == text, "a Base64 value has another spelling")
    return data

# Merkle tree (RFC 6962): the peaks are the roots of its perfect subtrees, leftmost first.
def sha256(data): return hashlib.sha256(data).digest()
def leaf(line): return sha256(b"\0" + line)
def node(left, right): return sha256(b"\1" + left + right)

def push(peaks, size, hash):
    while size & 1:
        hash, size = node(peaks.pop(), hash), size >> 1
    peaks.append(hash)
def root(peaks): return functools.reduce(lambda right, left: node(left, right), reversed(peaks))

def included(hash, index, size, path, expected):  # RFC 9162, section 2.1.3.2
    at, end = index, size - 1
    check(0 <= at <= end, "the proof is about no record")
    for sibling in path:
        check(end > 0, "the proof is too long")
        if at & 1 or at == end:
            hash = node(sibling, hash)
            while at and not at & 1:
                at, end = at >> 1, end >> 1
        else:
            hash = node(hash, sibling)
        at, end = at >> 1, end >> 1
    return end == 0 and hash == expected

def checkpoint(note, keys):  # c2sp.org/signed-note, c2sp.org/tlog-checkpoint
    text, signatures = note.rsplit("\n\n", 1)
    origin, size, hash = text.split("\n")[:3]
    for line in signatures.split("\n")[:-1]:
        dash, name, signature = line.split(" ")
        signature = unbase64(signature)
        for key in keys if (dash, name) == ("\u2014", origin) else []:
            if signature[:4] == sha256(origin.encode() + b"\n\x01" + key)[:4]:
                check(ed25519_verify(key, (text + "\n").encode(), signature[4:]), "a checkpoint was altered")
                return origin, int(size), unbase64(hash)
    raise ValueError("a checkpoint is not signed by a given key")

def verify_log(folder, keys, kept):
    folder, marks = pathlib.Path(folder), {}
    stored = (folder / "checkpoints.jsonl").read_text(encoding="utf-8").split("\n")
    check(stored.pop() == "" and stored, "checkpoints.jsonl is empty or its last line has no end")
    found = [(*checkpoint(line["note"], keys), line) for line in map(json.loads, stored)]
    for origin, size, hash, line in found + [(*checkpoint(note, keys), None) for note in kept]:
        check(origin == found[0][0], "the checkpoints are those of several logs")
        marks.setdefault(size, []).append((hash, line))
    peaks, size, last = [], 0, bytes(32)
    for path in sorted(folder.glob("records-*.jsonl")):
        check(path.name == "records-%020d.jsonl" % size, f"{path.name} is not where it should be")
        for line in path.open("rb"):
            check(line.endswith(b"\n"), f"record {size} has no end")
            record = json.loads(line)
            check(list(record) == "deployment kind payload previous sequence time".split(), f"record {size} has other members")
            check(record["sequence"] == size, f"record {record['sequence']} is where {size} should be")
            check(record["previous"] == last.hex(), f"record {size - 1} was changed")
            for cut in record["payload"]["cut"] if record["kind"] == "log-healed" else []:
                check(sha256((folder / cut["file"]).read_bytes()).hex() == cut["sha256"], f"{cut['file']} was changed")
            last = leaf(line[:-1])
            push(peaks, size, last)
            size += 1
            for hash, place in marks.pop(size, []):
                check(root(peaks) == hash, f"the first {size} records are not those that were signed")
                found_place = {"last": last.hex(), "peaks": [peak.hex() for peak in peaks]}
                check(not place or found_place.items() <= place.items(), f"the place of checkpoint {size} was altered")
    check(not marks, f"the log has {size} records, but a checkpoint covers {max(marks, default=0)}")
    return f"log {found[0][0]}: intact, {size} records, {found[-1][1]} of them signed"

def verify_receipt(path, keys, _kept):
    receipt = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    envelope, record = receipt["attestation"], json.loads(receipt["record"])
    payload, kind = unbase64(envelope["payload"]), envelope["payloadType"].encode()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    (signature,) = [unbase64(entry["sig"]) for entry in envelope["signatures"]]
    check(any(ed25519_verify(key, message, signature) for key in keys), "the attestation was altered, or is by another key")
    head, note = receipt["proof"].split("\n\n", 1)
    version, index, *path = head.split("\n")
    check((version, index[:6]) == ("c2sp.org/tlog-proof@v1", "index "), "the proof has another form")
    _, size, hash = checkpoint(note, keys)
    logged = included(leaf(receipt["record"].encode()), int(index[6:]), size, map(unbase64, path), hash)
    check(logged, "the record is not in the log that was signed")
    predicate = json.loads(payload)["predicate"]
    named = {"attestation": sha256(payload).hex(), "plan": predicate["planDigest"]}
    check((record["kind"], record["payload"]) == ("attestation", named), "the record is not about this attestation")
    check(receipt["deployment"] == predicate["deployment"] == record["deployment"], "the deployment is another one")
    check(receipt["planDigest"] == predicate["planDigest"], "the plan is another one")
    check(receipt["decisions"] == predicate["policy"]["decisions"], "the decisions are other ones")
    return f"receipt of deployment {receipt['deployment']}: good"

def read_key(path):  # PEM or an OpenSSH line: in both the last 32 bytes are the key
    text = pathlib.Path(path).read_text().strip()
    return base64.b64decode("".join(text.split("\n")[1:-1] if text.startswith("---") else text.split()[1]))[-32:]

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument("what", choices=["log", "receipt"])
parser.add_argument("path")
parser.add_argument("--key", action="append", required=True, type=read_key)
parser.add_argument("--checkpoint", action="append", default=[], type=lambda path: pathlib.Path(path).read_text(encoding="utf-8"))
options = parser.parse_args()
try:
    verify = verify_receipt if options.what == "receipt" else verify_log
    print(verify(options.path, options.key, options.checkpoint))
except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as error:
    sys.exit(f"NOT INTACT: {error}")
