#!/usr/bin/env python3
"""Verifies Cofferdam's audit logs and receipts, independently of Cofferdam.

    verify.py log FOLDER --key PUBLIC_KEY [--checkpoint KEPT_CHECKPOINT]
    verify.py receipt FILE --key PUBLIC_KEY

Needs Python 3.8 and ed25519.py beside it; written from docs/audit.md. If something is wrong, exits with 1."""
import argparse, base64, functools, hashlib, json, pathlib, sys
from ed25519 import ed25519_verify

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

def canonical(data, members):  # RFC 8785, as far as these files need it: one spelling only
    value = json.loads(data)
    spelled = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    check(spelled == data, "a JSON text has another spelling than it was written with")
    check(sorted(value) == sorted(members.split()), "a JSON object has other members")
    return value

def checkpoint(note, keys):  # c2sp.org/signed-note, c2sp.org/tlog-checkpoint
    text, signatures = note.rsplit("\n\n", 1)
    origin, size, hash = text.split("\n")
    *lines, end = signatures.split("\n")
    check(end == "", "a checkpoint has no end")
    for dash, name, signature in (line.split(" ") for line in lines):
        signature = unbase64(signature)
        for key in keys if (dash, name) == ("\u2014", origin) else []:
            if signature[:4] == sha256(origin.encode() + b"\n\x01" + key)[:4]:
                check(ed25519_verify(key, (text + "\n").encode(), signature[4:]), "a checkpoint was altered")
                return origin, int(size), unbase64(hash), key
    raise ValueError("a checkpoint is not signed by a given key")

def verify_log(folder, keys, kept):
    folder, marks, healed = pathlib.Path(folder), {}, set()
    *stored, end = (folder / "checkpoints.jsonl").read_bytes().split(b"\n")
    check(stored and end == b"", "checkpoints.jsonl is empty or its last line has no end")
    lines = [canonical(line, "note peaks last segment offset") for line in stored]
    found = [(*checkpoint(line["note"], keys)[:3], line) for line in lines]
    check(sorted(found, key=lambda mark: mark[1]) == found, "the checkpoints are not in order")
    for origin, size, hash, line in found + [(*checkpoint(note, keys)[:3], None) for note in kept]:
        check(origin == found[0][0], "the checkpoints are those of several logs")
        marks.setdefault(size, []).append((hash, line))
    peaks, size, last = [], 0, bytes(32)
    for path in sorted(folder.glob("records-*.jsonl")):
        check(path.name == "records-%020d.jsonl" % size, f"{path.name} is not where it should be")
        segment, offset = size, 0
        for line in path.open("rb"):
            check(line.endswith(b"\n"), f"record {size} has no end")
            record = json.loads(line)
            check(list(record) == "deployment kind payload previous sequence time".split(), f"record {size} has other members")
            check(record["sequence"] == size, f"record {record['sequence']} is where {size} should be")
            check(record["previous"] == last.hex(), f"record {size - 1} was changed")
            for cut in record["payload"]["cut"] if record["kind"] == "log-healed" else []:
                check(sha256((folder / cut["file"]).read_bytes()).hex() == cut["sha256"], f"{cut['file']} was changed")
                healed.add(cut["file"])
            last, offset = leaf(line[:-1]), offset + len(line)
            push(peaks, size, last)
            size += 1
            for hash, place in marks.pop(size, []):
                check(root(peaks) == hash, f"the first {size} records are not those that were signed")
                tree, here = (last.hex(), [peak.hex() for peak in peaks]), [(segment, offset), (size, 0)]
                check(not place or (place["last"], place["peaks"]) == tree and (place["segment"], place["offset"]) in here, f"the place of checkpoint {size} was altered")
    check(not marks, f"the log has {size} records, but a checkpoint covers {max(marks, default=0)}")
    check({path.name for path in folder.glob("torn-*")} <= healed, "a torn- file is there that no record names")
    return f"log {found[0][0]}: intact, {size} records, {found[-1][1]} of them signed"

def fingerprint(key):  # as ssh-keygen -l prints it
    return "SHA256:" + base64.b64encode(sha256(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + key)).decode().rstrip("=")

def attestation(envelope, keys):  # DSSE, in-toto: the predicate, the payload's digest, the key's fingerprint
    payload, kind = unbase64(envelope["payload"]), envelope["payloadType"].encode()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    (signature,) = envelope["signatures"]
    check(set(envelope) == {"payload", "payloadType", "signatures"} and set(signature) == {"keyid", "sig"}, "the envelope has other members")
    signers = [key for key in keys if fingerprint(key) == signature["keyid"]]
    check(any(ed25519_verify(key, message, unbase64(signature["sig"])) for key in signers), "the attestation was altered, or is by another key")
    statement = canonical(payload, "_type predicate predicateType subject")
    expected = "application/vnd.in-toto+json", "https://in-toto.io/Statement/v1", "https://cofferdam.dev/attestation/deployment/v1"
    check((kind.decode(), statement["_type"], statement["predicateType"]) == expected, "it is another statement")
    return statement["predicate"], sha256(payload).hex(), signature["keyid"]

def verify_receipt(path, keys, _kept):
    data = pathlib.Path(path).read_bytes()
    check(data.endswith(b"\n"), "the receipt has no end")
    receipt = canonical(data[:-1], "type deployment planDigest decisions attestation record proof keys")
    check(receipt["type"] == "https://cofferdam.dev/receipt/v1", "it is no receipt")
    predicate, digest, signer = attestation(receipt["attestation"], keys)
    record, (head, note) = json.loads(receipt["record"]), receipt["proof"].split("\n\n", 1)
    version, index, *path = head.split("\n")
    check((version, index) == ("c2sp.org/tlog-proof@v1", f"index {int(index[6:])}"), "the proof has another form")
    _, size, hash, log_key = checkpoint(note, keys)
    check(included(leaf(receipt["record"].encode()), int(index[6:]), size, map(unbase64, path), hash), "the record is not in the log that was signed")
    check((record["kind"], record["payload"]) == ("attestation", {"attestation": digest, "plan": predicate["planDigest"]}), "the record is not about this attestation")
    check(receipt["deployment"] == predicate["deployment"] == record["deployment"], "the deployment is another one")
    copied = predicate["planDigest"], predicate["policy"]["decisions"]
    check((receipt["planDigest"], receipt["decisions"]) == copied, "the plan or the decisions are other ones")
    check(receipt["keys"] == {"attestation": signer, "log": fingerprint(log_key)}, "the keys are other ones")
    return f"receipt of deployment {receipt['deployment']}: good"

def read_key(path):  # PEM or an OpenSSH line: in both the last 32 bytes are the key
    text = pathlib.Path(path).read_text().strip()
    return base64.b64decode("".join(text.split("\n")[1:-1] if text.startswith("---") else text.split()[1]))[-32:]

def main():
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

if __name__ == "__main__":
    main()
