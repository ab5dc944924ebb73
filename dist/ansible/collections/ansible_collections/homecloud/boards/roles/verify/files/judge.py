"""Puts together what all boards saw, and judges what only shows between them. Standard input and output are JSON."""

import json
import sys

WORDS = {"ok": "fine", "wrong": "WRONG", "unknown": "unclear"}


def rows(told):
    """All that was seen: board, state, what, detail."""
    owners = []
    for board, look in told["boards"].items():
        if look.get("rc") != 0:
            yield board, "wrong", "board", f"cannot be reached, or asked: {reason(look)}"
            continue
        answer = json.loads(look["stdout"])
        if answer["owns_virtual_ip"]:
            owners.append(board)
        for state, what, detail in answer["seen"]:
            yield board, state, what, detail
    state = "ok" if len(owners) == 1 else "wrong"
    yield "home", state, f"virtual IP {told['virtual_ip']}", f"on {', '.join(owners)}" if owners else "on no board"


def reason(look):
    lines = (look.get("stderr") or look.get("msg") or "no answer").strip().splitlines()
    return lines[-1] if lines else "no answer"


def table(found):
    width = [max(len(row[column]) for row in found) for column in (0, 2)]
    return [
        f"{board:{width[0]}}  {WORDS[state]:7}  {what:{width[1]}}  {detail}".rstrip()
        for board, state, what, detail in found
    ]


def main():
    told = json.load(sys.stdin)
    # With --limit, what only shows between all boards cannot be judged.
    found = [row for row in rows(told) if told["is_whole"] or row[0] != "home"]
    wrong = [row for row in found if row[1] == "wrong"]
    keys = ("board", "state", "what", "detail")
    print(
        json.dumps(
            {
                "table": table(found),
                "wrong": table(wrong) if wrong else [],
                "found": [dict(zip(keys, row)) for row in found],
            }
        )
    )


main()
