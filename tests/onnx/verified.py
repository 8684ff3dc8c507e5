"""Networks as ONNX files with an input and the output that somebody else computed for it, through every engine."""
import json
import subprocess

import numpy

LIMIT = 1e-4  # relative L2 error


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)


def verify(program, file, image, want, *options):
    x, y = file.with_suffix(".x.npy"), file.with_suffix(".y.npy")
    numpy.save(x, image)
    numpy.save(y, want)
    return run(program, "verify", file, "--input", x, "--expect", y, "--json", *options)


def errors_of(program, file, image, want, *options):
    """`convgauge verify FILE --input --expect`: the worst error of each engine over all that the options leave open
    (instruction sets, threads, fusion). ValueError with what is wrong; an engine that refuses the network counts."""
    got = verify(program, file, image, want, *options)
    if not got.stdout.startswith("{"):
        raise ValueError(got.stderr.strip().split("\n")[-1] or f"status {got.returncode}")
    found = json.loads(got.stdout)
    errors = {e["engine"]: max(k["max_error"] for k in e["kinds"]) for e in found["engines"]}
    if found["refused"] or found["broken"] or got.returncode != 0:
        raise ValueError("; ".join(f"{r['engine']}: {r['reason']}" for r in found["refused"] + found["broken"]))
    if not errors or max(errors.values()) > LIMIT:
        raise ValueError(f"relative L2 errors {errors}")
    return errors


def check_sensitivity(program, file, image, want):
    """ValueError unless an output that is off by three times the limit is told from the right one (status 3)."""
    wrong = want * numpy.float32(1 + 3 * LIMIT)
    got = verify(program, file, image, wrong, "--isa", "scalar", "--engine", "native", "--threads", 1, "--fusion", "full")
    if got.returncode != 3:
        raise ValueError(f"status {got.returncode} for an output that is off by {3 * LIMIT:g}")


def told(errors):
    return ", ".join(f"{engine} {error:.1e}" for engine, error in errors.items())


def closing(what, passed, failed):
    """Prints the closing line; the exit status."""
    print(f"{what}: Tested: {passed + failed} | Passing: {passed} | Failing: {failed} | Crashing: 0")
    return 1 if failed or not passed else 0
