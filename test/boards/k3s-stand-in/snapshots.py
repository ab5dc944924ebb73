"""`k3s etcd-snapshot` (docs.k3s.io, "etcd-snapshot"): its files are copies of the stand-in's database."""

import os
import time

import files
import node
from failure import Failure

FOLDER = f"{files.SERVER}/db/snapshots"


def run(arguments):
    match arguments:
        case ["save", name] if name.startswith("--name="):
            save(name.removeprefix("--name="))
        case ["ls"]:
            print("Name Location Size Created")
            for name in sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []:
                print(name, f"file://{FOLDER}/{name}", os.path.getsize(f"{FOLDER}/{name}"))
        case _:
            raise Failure(f"the stand-in for k3s etcd-snapshot does not know: {arguments}")


def save(name):
    if not os.path.exists(files.ETCD_STATE):
        raise Failure("the cluster has no etcd: no snapshot can be taken")
    path = f"{FOLDER}/{name}-{node.name({})}-{int(time.time())}"
    files.write(path, files.read(files.ETCD_STATE))
    print(f"Snapshot {os.path.basename(path)} saved.")
