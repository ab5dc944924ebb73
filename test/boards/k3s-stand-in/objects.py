"""Other objects than nodes, as the role `flux` gives and reads them: kept, and shown as a Flux that is content would.

No controller runs here: a GitRepository and a Kustomization are ready as soon as they are there.
"""

import json
import sys

from failure import Failure

SOURCES = "gitrepositories.source.toolkit.fluxcd.io"
KUSTOMIZATIONS = "kustomizations.kustomize.toolkit.fluxcd.io"
KINDS = {"GitRepository": SOURCES, "Kustomization": KUSTOMIZATIONS, "Secret": "secrets"}


def run(arguments, ask):
    """Does the call of kubectl; False when it is none of these."""
    match arguments:
        case ["get", "--raw=/readyz", *_]:
            print(ask("/readyz"))
        case ["apply", "--server-side", "--force-conflicts", "--filename=-"]:
            apply(sys.stdin.read(), ask)
        case ["wait", "--for=condition=Established", _, *_]:
            print("condition met")
        case ["get", kind, "--all-namespaces", _] if kind == SOURCES:
            items = of_kind(kind, ask)
            if not any(key.startswith("definition/") for key in objects(ask)):
                raise Failure(f'error: the server doesn\'t have a resource type "{kind.split(".")[0]}"')
            for it in items:
                print(f"{place(it)} {it['spec']['url']} {it['spec']['ref']['branch']}")
        case ["get", "secrets", _, "--field-selector=type=Opaque", "--output=json"]:
            print(json.dumps({"kind": "List", "items": of_kind("secrets", ask)}))
        case ["get", source, kustomization, _, output] if source.startswith(SOURCES) and output.startswith("--output=jsonpath="):
            for it in (*of_kind(SOURCES, ask), *of_kind(KUSTOMIZATIONS, ask)):
                print(f"{it['kind']}|1|1||True|the stand-in has no Flux")
        case ["annotate", "--overwrite", *_]:
            print("annotated")
        case _:
            return False
    return True


def apply(text, ask):
    """The manifest of Flux is a text of several documents; what the role makes itself is one list in JSON."""
    if not text.startswith("{"):
        ask("/stand-in/objects", method="PUT", body={"definition/flux": {}})
        return
    items = json.loads(text)["items"]
    ask("/stand-in/objects", method="PUT", body={f"{KINDS[it['kind']]}/{place(it)}": it for it in items})
    for it in items:
        print(f"{it['kind'].lower()}/{it['metadata']['name']} serverside-applied")


def objects(ask):
    return json.loads(ask("/stand-in/objects"))


def of_kind(kind, ask):
    return [it for key, it in sorted(objects(ask).items()) if key.startswith(f"{kind}/")]


def place(it):
    return f"{it['metadata']['namespace']}/{it['metadata']['name']}"
