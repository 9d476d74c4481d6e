#!/usr/bin/env python3
"""An independent drawing of lots for a hearing.

It reads one draw a line (JSON): what the page 抽签和验证 publishes, no more:

  {"commitment": hex, "seed": hex, "seats": {"A": 3}, "list": [[1, "A"], [2, "B"]]}

and prints one line each: who is chosen, in the order of the lots, and how many seats
stay empty; or what does not hold. The lot of a sign-up is the SHA-256 of the 32 bytes
of the seed, the side's letter and the number in decimal digits, with nothing between;
the least lots get the seats. Only the standard library is used.
"""
import hashlib
import json
import sys


def draw(d):
    seed = bytes.fromhex(d["seed"])
    if hashlib.sha256(seed).hexdigest() != d["commitment"]:
        return {"fault": "seed"}
    lines = "".join(f"{n} {side}\n" for n, side in sorted(map(tuple, d["list"])))
    chosen, short = {}, {}
    for side, seats in d["seats"].items():
        mine = [n for n, s in d["list"] if s == side]
        mine.sort(key=lambda n: hashlib.sha256(seed + f"{side}{n}".encode("ascii")).digest())
        chosen[side], short[side] = mine[:seats], max(0, seats - len(mine))
    return {"chosen": chosen, "short": short, "list_sha256": hashlib.sha256(lines.encode("ascii")).hexdigest()}


for line in sys.stdin:
    print(json.dumps(draw(json.loads(line)), sort_keys=True))
