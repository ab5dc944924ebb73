"""Where k3s keeps its files."""

import os
import tempfile

CONFIG = "/etc/rancher/k3s/config.yaml"
KUBECONFIG = "/etc/rancher/k3s/k3s.yaml"
NODE_PASSWORD = "/etc/rancher/node/password"
DATA = "/var/lib/rancher/k3s"
AGENT = f"{DATA}/agent"
KUBELET_KUBECONFIG = f"{AGENT}/kubelet.kubeconfig"
KUBELET_CONFIG = f"{AGENT}/etc/kubelet.conf.d"
REGISTRIES = "/etc/rancher/k3s/registries.yaml"
SERVER = f"{DATA}/server"
TLS = f"{SERVER}/tls"
ETCD = f"{SERVER}/db/etcd"
# Whether there is a database is decided by etcd's log (pkg/etcd/etcd.go, walDir).
ETCD_STATE = f"{ETCD}/member/wal/state.json"
SQLITE_STATE = f"{SERVER}/db/state.db"


def read(path):
    with open(path, encoding="utf8") as file:
        return file.read()


def write(path, text, mode=0o600):
    """Replaces a file in one step: power may fail in between."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path))
    with os.fdopen(handle, "w", encoding="utf8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(temporary, mode)
    os.rename(temporary, path)
