"""Stands in for kubectl where one pod has Nextcloud: what is run in the pod runs on this machine.

    kubectl.py FOLDER ARGUMENTS...

FOLDER has `pods.json`, the answer to "get pods", and gets `log`, a line of JSON for each call. With `fail-at` in it, the
call of that number is killed before it does anything.
"""

import json
import os
import sys


def main(folder, *args):
    log = os.path.join(folder, "log")
    with open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps(args) + "\n")
    with open(log, encoding="utf-8") as file:
        count = len(file.readlines())
    fail_at = os.path.join(folder, "fail-at")
    if os.path.exists(fail_at):
        with open(fail_at, encoding="utf-8") as file:
            if count == int(file.read()):
                sys.exit("command terminated with exit code 137")
    if "get" in args:
        if "--raw=/readyz" in args:
            print("ok")
            return
        with open(os.path.join(folder, "pods.json"), encoding="utf-8") as file:
            print(file.read())
        return
    if "exec" not in args or "--" not in args or "--container=nextcloud" not in args:
        sys.exit(f"kubectl is not known to be called so: {args}")
    command = args[args.index("--") + 1 :]
    os.execvp(command[0], command)


main(*sys.argv[1:])
