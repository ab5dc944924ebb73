"""`k3s server`."""

import hashlib
import json
import os
import secrets
import signal
import threading
import time

import client
import cluster
import config
import files
import node
import notify
import pki
import removal
from api import Api
from failure import Failure

# docs.k3s.io, "High Availability Embedded etcd": what all servers must agree on.
CRITICAL = ["cluster-cidr", "cluster-dns", "cluster-domain", "disable", "disable-network-policy", "flannel-backend"]
CRITICAL += ["secrets-encryption", "service-cidr"]


def run(arguments):
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    options = config.load("server", arguments)
    os.makedirs(files.SERVER, mode=0o700, exist_ok=True)
    token = (config.secret(options, "token") or own_token()).split("::server:")[-1]
    agent_token = config.secret(options, "agent-token") or token
    critical = {key: options.get(key) for key in CRITICAL}
    me = node.registration(options, is_server=True)
    state = find_cluster(options, me, token, critical)
    store = cluster.Cluster(cluster.path_of("sqlite" not in state), state, me["name"], token)
    store.save()
    pki.make_certificates(
        ["localhost", "kubernetes", me["name"], *(san for san in options.get("tls-san", []) if not is_address(san))],
        ["127.0.0.1", me["address"], *filter(is_address, options.get("tls-san", []))],
    )
    api = Api(store, critical, agent_token)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    store.watch()
    removal.watch(store)
    print("Waiting for etcd", flush=True)
    while not store.has_quorum():
        time.sleep(0.1)
    node.start_kubelet(options)
    api.register(me)
    node.write_kubeconfig("https://127.0.0.1:6443", files.read(pki.path("server-ca.crt")), pki.node_certificate(me["name"]))
    write_tokens(token, agent_token)
    write_kubeconfig(int(options.get("write-kubeconfig-mode", "0600"), 8))
    notify.ready()
    print("k3s is up and running", flush=True)
    while True:
        signal.pause()


def find_cluster(options, me, token, critical):
    """The state to start with: of the own disk, else of the cluster that is joined, else of a new one."""
    removal.forget()
    for is_etcd in (True, False):
        if not cluster.exists(is_etcd):
            continue
        state = cluster.load(is_etcd)
        if state["token"] != cluster.digest(state["id"] + token):
            raise Failure("starting kubernetes: bootstrap data already found and encrypted with different token")
        if not is_etcd and options.get("cluster-init"):
            # "Existing single-node clusters" of the documentation: SQLite becomes etcd.
            del state["sqlite"]
            os.rename(files.SQLITE_STATE, f"{files.SQLITE_STATE}.migrated")
        return state
    if "server" in options:
        return join(options["server"], me, token, critical)
    pki.make_authorities()
    identity = secrets.token_hex(8)
    state = {
        "id": identity,
        "revision": 1,
        "token": cluster.digest(identity + token),
        "members": {me["name"]: me["address"]},
        "nodes": {},
    }
    print(f"Starting a new cluster {identity}", flush=True)
    return state if options.get("cluster-init") else state | {"sqlite": True}


def join(url, me, token, critical):
    basic = ("server", token)
    try:
        theirs = client.expect(f"{url}/v1-k3s/config", basic=basic)
        if theirs != critical:
            different = ", ".join(key for key in CRITICAL if theirs.get(key) != critical[key])
            raise Failure(f"critical configuration value mismatch between servers: {different}")
        for name, text in client.expect(f"{url}/v1-k3s/server-bootstrap", basic=basic).items():
            files.write(pki.path(name), text)
        member = {"name": me["name"], "address": me["address"]}
        state = client.expect(f"{url}/stand-in/members", method="POST", body=member, basic=basic)
    except client.Unreachable as error:
        raise Failure(f"starting kubernetes: preparing server: failed to get CA certs: {error}") from error
    if "sqlite" in state:
        raise Failure("etcd cluster join failed: the server that was joined has no etcd")
    print(f"Joined the cluster {state['id']}", flush=True)
    return state


def own_token():
    path = f"{files.SERVER}/token"
    return files.read(path).strip() if os.path.exists(path) else secrets.token_hex(16)


def write_tokens(token, agent_token):
    """The secure form: with the digest of the CA (documentation, "token")."""
    authority = hashlib.sha256(files.read(pki.path("server-ca.crt")).encode()).hexdigest()
    files.write(f"{files.SERVER}/token", f"K10{authority}::server:{token}\n")
    files.write(f"{files.SERVER}/agent-token", f"K10{authority}::node:{agent_token}\n")
    link = f"{files.SERVER}/node-token"
    if not os.path.islink(link):
        os.symlink(f"{files.SERVER}/token", link)


def write_kubeconfig(mode):
    certificate, key = files.read(pki.path("client-admin.crt")), files.read(pki.path("client-admin.key"))
    config = node.kubeconfig("https://127.0.0.1:6443", files.read(pki.path("server-ca.crt")), certificate, key)
    files.write(files.KUBECONFIG, config, mode)


def is_address(name):
    return name.replace(".", "").isdigit()
