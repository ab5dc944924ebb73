"""`kubectl` for the maintenance of boards: what the role `maintenance` asks (kubernetes.io, "kubectl" reference)."""

import json
import os
import time

import files
from failure import Failure

# A stand-in for Longhorn's objects: `{"nodes": [...], "volumes": [...], "replicas": [...]}`. Without it there is no Longhorn.
LONGHORN = "/etc/longhorn-stand-in.json"
# What kubectl prints of the volumes that name a board. Without it there are none.
VOLUMES = "/etc/volumes-stand-in"
# A pod that cannot be moved: its file is a stand-in for it.
STUCK_POD = "/etc/stuck-pod-stand-in"

# Which pods a drain moves: all, or all but Longhorn's servers of volumes.
SELECTORS = ([], ["--pod-selector=longhorn.io/component!=instance-manager"])


def run(arguments, ask):
    """Says whether it knows the call."""
    match arguments:
        case ["get", "nodes", "--output=json"]:
            print(ask("/api/v1/nodes"))
        case ["get", "node", name, "--output=json"]:
            print(ask(f"/api/v1/nodes/{name}"))
        case ["cordon" | "uncordon" as verb, name]:
            patch(ask, name, {"spec": {"unschedulable": verb == "cordon"}})
            print(f"node/{name} {verb}ed")
        case ["drain", name, "--ignore-daemonsets", "--delete-emptydir-data", *selector, timeout] if selector in SELECTORS:
            patch(ask, name, {"spec": {"unschedulable": True}})
            if os.path.exists(STUCK_POD):
                time.sleep(int(timeout.removeprefix("--timeout=").removesuffix("s")))
                raise Failure(f'error: unable to drain node "{name}" due to error: global timeout reached')
            print(f"node/{name} drained")
        case ["annotate", "node", name, "--overwrite", *pairs]:
            patch(ask, name, {"metadata": {"annotations": dict(map(pair, pairs))}})
            print(f"node/{name} annotated")
        case ["delete", "node", name, "--ignore-not-found"]:
            if name in [node["metadata"]["name"] for node in json.loads(ask("/api/v1/nodes"))["items"]]:
                ask(f"/api/v1/nodes/{name}", method="DELETE")
                print(f'node "{name}" deleted')
        case ["get", "persistentvolumes", output] if output.startswith("--output=jsonpath="):
            print(files.read(VOLUMES) if os.path.exists(VOLUMES) else "", end="")
        case ["get", "crd", "volumes.longhorn.io", "--ignore-not-found", "--output=name"]:
            if os.path.exists(LONGHORN):
                print("customresourcedefinition.apiextensions.k8s.io/volumes.longhorn.io")
        case ["--namespace=longhorn-system", "get", kind, "--output=json"] if kind.endswith(".longhorn.io"):
            print(json.dumps({"items": longhorn().get(kind.removesuffix(".longhorn.io"), [])}))
        case ["--namespace=longhorn-system", "patch", "nodes.longhorn.io", name, "--type=merge", change]:
            evict(name, json.loads(change.removeprefix("--patch=")))
        case _:
            return False
    return True


def pair(text):
    """`key=value` sets an annotation, `key-` removes it."""
    return tuple(text.split("=", 1)) if "=" in text else (text.removesuffix("-"), None)


def patch(ask, name, change):
    ask(f"/api/v1/nodes/{name}", method="PATCH", body=change)


def longhorn():
    with open(LONGHORN, encoding="utf8") as file:
        return json.load(file)


def evict(name, change):
    """Longhorn moves the replicas of a node away when that is asked for."""
    objects = longhorn()
    if change == {"spec": {"allowScheduling": False, "evictionRequested": True}}:
        objects["replicas"] = [replica for replica in objects["replicas"] if replica["spec"]["nodeID"] != name]
    with open(LONGHORN, "w", encoding="utf8") as file:
        json.dump(objects, file)
    print(f"node.longhorn.io/{name} patched")
