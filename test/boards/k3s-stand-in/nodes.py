"""Nodes as the API server of Kubernetes shows and changes them (API reference, Node)."""


def show(node, is_ready):
    return {
        "kind": "Node",
        "metadata": {
            "name": node["name"],
            "labels": node["labels"],
            "annotations": node.get("annotations", {}),
        },
        "spec": {"taints": node["taints"]} | ({"unschedulable": True} if node.get("unschedulable") else {}),
        "status": {
            "addresses": [{"type": "InternalIP", "address": node["address"]}],
            "conditions": [{"type": "Ready", "status": "True" if is_ready else "Unknown"}],
            "nodeInfo": node["info"],
        },
    }


def patch(state, name, change):
    """A merge patch: labels, annotations, and whether pods may be placed there."""
    node = state["nodes"][name]
    for part in ("labels", "annotations"):
        merged = node.get(part, {}) | change.get("metadata", {}).get(part, {})
        node[part] = {key: value for key, value in merged.items() if value is not None}
    if "unschedulable" in change.get("spec", {}):
        node["unschedulable"] = change["spec"]["unschedulable"]
    # k3s, pkg/etcd/member_controller.go: the member of a marked server leaves etcd, and the mark says so.
    if node["annotations"].get("etcd.k3s.cattle.io/remove") == "true" and name in state["members"]:
        del state["members"][name]
        node["annotations"]["etcd.k3s.cattle.io/removed-node-name"] = name
