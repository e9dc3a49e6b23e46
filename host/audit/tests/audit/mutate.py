"""Changes a file in every way that is tried here, and prints each change that the independent verifier does
not find.

    mutate.py FOLDER_OF_VERIFIER STEP log FOLDER KEY FILE_IN_FOLDER...
    mutate.py FOLDER_OF_VERIFIER STEP receipt FILE KEY

Bytes are changed at every STEPth place; 1 finds most and takes longest."""
import functools, pathlib, sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import verify

# Most changes leave most signatures as they are; each is verified once.
verify.ed25519_verify = functools.lru_cache(maxsize=None)(verify.ed25519_verify)

WRONG = (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError)


def is_found(what, path, key):
    check = verify.verify_receipt if what == "receipt" else verify.verify_log
    try:
        check(path, [key], [])
    except WRONG:
        return True
    return False


def changes(good, step):
    """Every byte changed, removed and doubled; white space and other members put in; lines removed, doubled
    and swapped; the end cut off and added to."""
    for at, byte in enumerate(good):
        if at % step == 0:
            for other in {byte ^ 1, byte ^ 0x20, ord("-") if byte == ord("+") else byte ^ 2}:
                yield f"byte {at} as {other:#04x}", good[:at] + bytes([other]) + good[at + 1 :]
            yield f"byte {at} removed", good[:at] + good[at + 1 :]
            yield f"byte {at} doubled", good[:at] + good[at : at + 1] + good[at:]
        if byte in b",:{}[]":
            yield f"a blank at {at}", good[:at] + b" " + good[at:]
        if byte in b"{":
            yield f"a member at {at}", good[: at + 1] + b'"a":1,' + good[at + 1 :]
            # A duplicate of the first member: the last one counts for most readers.
            end = good.find(b",", at)
            yield f"a duplicate at {at}", good[: at + 1] + good[at + 1 : end + 1] + good[at + 1 :]
        if byte in b"=":
            yield f"padding at {at}", good[:at] + b"==" + good[at:]
    lines = good.splitlines(keepends=True)
    for at in range(len(lines)):
        yield f"line {at} removed", b"".join(lines[:at] + lines[at + 1 :])
        yield f"line {at} doubled", b"".join(lines[:at] + [lines[at]] + lines[at:])
        if at:
            swapped = lines[: at - 1] + [lines[at], lines[at - 1]] + lines[at + 1 :]
            yield f"lines {at - 1} and {at} swapped", b"".join(swapped)
        if at:
            yield f"cut off before line {at}", b"".join(lines[:at])
    for more in (b" ", b"\n", b"{}\n", b"x", b"\0"):
        yield f"{more} at the end", good + more


def main():
    _, _, step, what, path, key, *names = sys.argv
    path, key = pathlib.Path(path), verify.read_key(key)
    tried = 0
    for file in [path / name for name in names] or [path]:
        good = file.read_bytes()
        for change, bad in changes(good, int(step)):
            if bad == good:
                continue
            tried += 1
            file.write_bytes(bad)
            if not is_found(what, path, key):
                print(f"not found: {file.name}: {change}")
        file.write_bytes(good)
    if is_found(what, path, key):
        print("the file is not good as it is")
    print(f"{tried} changes")


main()
