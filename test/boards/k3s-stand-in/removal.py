"""A server that was taken out of etcd stops; the one that starts again joins as a new member (k3s, pkg/etcd)."""

import os
import threading
import time

import files

TOMBSTONE = f"{files.ETCD}/tombstone"


def watch(cluster):
    threading.Thread(target=wait, args=(cluster,), daemon=True).start()


def wait(cluster):
    while cluster.me in cluster.members():
        time.sleep(0.2)
    files.write(TOMBSTONE, "")
    print("this server has been removed from the cluster", flush=True)
    os._exit(1)


def forget():
    """The database of a member that was removed is put aside."""
    if os.path.exists(TOMBSTONE):
        os.rename(files.ETCD, f"{files.ETCD}-old-{int(time.time())}")
