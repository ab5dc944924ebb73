"""What a server and an agent have in common: the node."""

import base64
import glob
import json
import os
import platform
import secrets
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import config
import files
from failure import Failure
from version import VERSION

# The kubelet refuses other values with --protect-kernel-defaults (pkg/kubelet/cm, setupKernelTunables).
KERNEL_DEFAULTS = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}


# k8s.io/kubelet/config/v1beta1, KubeletConfiguration: what homecloud may write.
KUBELET_KEYS = {
    "apiVersion": str,
    "containerLogMaxFiles": int,
    "containerLogMaxSize": str,
    "evictionHard": dict,
    "imageGCHighThresholdPercent": int,
    "imageGCLowThresholdPercent": int,
    "kind": str,
    "maxParallelImagePulls": int,
    "shutdownGracePeriod": str,
    "shutdownGracePeriodCriticalPods": str,
    "systemReserved": dict,
}


def name(options):
    return options.get("node-name", socket.gethostname()).lower()


def address(options):
    """The address of the node, which must be one of the board. homecloud always gives it: the virtual IP is another."""
    if "node-ip" not in options:
        raise Failure("the stand-in needs node-ip")
    for option in ("node-ip", "advertise-address"):
        if option in options:
            with socket.socket() as probe:
                try:
                    probe.bind((options[option], 0))
                except OSError as error:
                    raise Failure(f"{option} {options[option]} is not an address of this board") from error
    return options["node-ip"]


def password():
    """What proves that a node of the same name is the same board: made once."""
    if not os.path.exists(files.NODE_PASSWORD):
        files.write(files.NODE_PASSWORD, secrets.token_hex(16) + "\n")
    return files.read(files.NODE_PASSWORD).strip()


def registration(options, is_server):
    """What a node says of itself when it registers."""
    own = [label.split("=", 1) for label in options.get("node-label", [])]
    for label in own:
        if len(label) != 2:
            raise Failure(f"invalid label {label[0]!r}: no value")
        if label[0].split("/")[0].endswith("kubernetes.io"):
            raise Failure(f"unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: [{label[0]}]")
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    standard = {"kubernetes.io/arch": architecture, "kubernetes.io/hostname": name(options), "kubernetes.io/os": "linux"}
    if is_server:
        standard |= {"node-role.kubernetes.io/control-plane": "true", "node-role.kubernetes.io/etcd": "true"}
    return {
        "name": name(options),
        "address": address(options),
        "labels": standard | dict(own),
        "taints": options.get("node-taint", []),
        "password": password(),
        # What the kubelet says at every start (NodeSystemInfo of the Kubernetes API).
        "info": {
            "kubeletVersion": VERSION,
            "bootID": files.read("/proc/sys/kernel/random/boot_id").strip(),
            "machineID": files.read("/etc/machine-id").strip(),
        },
    }


def check_kernel(options):
    if not options.get("protect-kernel-defaults"):
        return
    # In a container, the kernel is that of all boards, and none may set it: there is nothing to refuse.
    if os.statvfs("/proc/sys").f_flag & os.ST_RDONLY:
        return
    for key, wanted in KERNEL_DEFAULTS.items():
        value = files.read(f"/proc/sys/{key}").strip()
        if value != wanted:
            raise Failure(f"invalid kernel flag: {key}, expected value: {wanted}, actual value: {value}")


def start_network(options):
    """The network of pods: flannel, which is part of k3s, listens by a device of the kernel, not by a process."""
    if not os.path.exists("/sys/class/net/flannel.1"):
        device = ["id", "1", "local", address(options), "dstport", "8472", "nolearning"]
        subprocess.run(["ip", "link", "add", "flannel.1", "type", "vxlan", *device], check=True)
    subprocess.run(["ip", "link", "set", "flannel.1", "up"], check=True)


def start_kubelet(options):
    """The files of the agent, and the port where the kubelet says that it is healthy."""
    start_network(options)
    check_kernel(options)
    read_kubelet_config()
    if os.path.exists(files.REGISTRIES):
        config.parse(files.REGISTRIES)
    for folder in ("containerd", "etc", "pod-manifests"):
        os.makedirs(f"{files.AGENT}/{folder}", mode=0o700, exist_ok=True)
    kubelet = ThreadingHTTPServer(("127.0.0.1", 10248), Healthy)
    threading.Thread(target=kubelet.serve_forever, daemon=True).start()


def read_kubelet_config():
    """The files that are laid over the defaults of k3s. The kubelet refuses keys that it does not know."""
    for path in sorted(glob.glob(f"{files.KUBELET_CONFIG}/*.conf")):
        for key, value in config.parse(path).items():
            if key not in KUBELET_KEYS:
                raise Failure(f"failed to load kubelet config file: strict decoding error: unknown field {key!r}")
            if not isinstance(value, KUBELET_KEYS[key]):
                raise Failure(f"failed to load kubelet config file: {key} is {value!r}")


def kubeconfig(server, authority, certificate, key):
    def data(text):
        return base64.b64encode(text.encode()).decode()

    cluster = {"server": server, "certificate-authority-data": data(authority)}
    user = {"client-certificate-data": data(certificate), "client-key-data": data(key)}
    # JSON is YAML.
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "default", "cluster": cluster}],
            "users": [{"name": "default", "user": user}],
            "contexts": [{"name": "default", "context": {"cluster": "default", "user": "default"}}],
            "current-context": "default",
        },
        indent=1,
    )


def write_kubeconfig(server, authority, pem):
    """That of the kubelet, which names the files of its certificate in k3s; here they stand in it, too."""
    start = pem.index("-----BEGIN PRIVATE KEY")
    certificate, key = pem[:start], pem[start:]
    files.write(f"{files.AGENT}/client-kubelet.crt", certificate)
    files.write(f"{files.AGENT}/client-kubelet.key", key)
    files.write(files.KUBELET_KUBECONFIG, kubeconfig(server, authority, certificate, key))


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self):
        is_known = self.path == "/healthz"
        self.send_response(200 if is_known else 404)
        self.end_headers()
        self.wfile.write(b"ok" if is_known else b"404 page not found")

    def log_message(self, *_):
        pass
