"""What answers at port 6443: the supervisor of k3s, and as much of the API server as the roles ask."""

import base64
import hmac
import json
import ssl
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import files
import pki
from cluster import digest
from failure import Failure
from nodes import patch, show

# An agent that is silent for longer is not ready (--node-monitor-grace-period of the controller manager).
GRACE_SECONDS = 40


class Api(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, cluster, critical, agent_token):
        super().__init__(("0.0.0.0", 6443), Handler)
        self.cluster = cluster
        self.critical = critical
        self.agent_token = agent_token
        self.heartbeats = {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pki.path("serving-kube-apiserver.crt"), pki.path("serving-kube-apiserver.key"))
        context.load_verify_locations(pki.path("client-ca.crt"))
        context.verify_mode = ssl.CERT_OPTIONAL
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_):
        """A client that goes away, or does not trust us, is none of ours."""

    def is_ready(self, name):
        seen = self.cluster.seen if name in self.cluster.members() else self.heartbeats
        return name == self.cluster.me or time.monotonic() - seen.get(name, -2 * GRACE_SECONDS) < GRACE_SECONDS

    def node(self, name):
        """A node as Kubernetes shows it."""
        return show(self.cluster.state["nodes"][name], self.is_ready(name))

    def register(self, node):
        """A node registers, or comes back: then its labels and taints stay as they are."""
        known = self.cluster.state["nodes"].get(node["name"])
        if known is None:
            entry = node | {"password": digest(node["password"])}
            self.cluster.change(lambda state: state["nodes"].update({node["name"]: entry}))
        elif known["password"] != digest(node["password"]):
            raise Failure(
                "Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password' may not match"
                " server node-passwd entry, try enabling a unique node name with the --with-node-id flag"
            )
        elif known["info"] != node["info"]:
            self.cluster.change(lambda state: state["nodes"][node["name"]].update(info=node["info"]))
        self.heartbeats[node["name"]] = time.monotonic()

    def add_member(self, name, address):
        """A server joins etcd. A name that is taken is refused (pkg/etcd/etcd.go, Join)."""
        if name in self.cluster.members():
            raise Failure("duplicate node name found, please use a unique name for this node")
        self.cluster.change(lambda state: state["members"].update({name: address}))

    def objects(self, more):
        """What objects.py keeps, with those that come."""
        if more:
            self.cluster.change(lambda state: state.setdefault("objects", {}).update(more))
        return self.cluster.state.get("objects", {})

    def delete_node(self, name):
        """k3s takes the member of a deleted node out of etcd."""

        def edit(state):
            del state["nodes"][name]
            state["members"].pop(name, None)

        self.cluster.change(edit)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self):
        self.answer_request()

    do_PUT = do_POST = do_PATCH = do_DELETE = do_GET

    def log_message(self, *_):
        pass

    def answer_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.body = json.loads(body) if body else None
        path = self.path.split("?")[0]
        try:
            self.route(path)
        except Failure as failure:
            self.fail(403, str(failure))

    def route(self, path):
        cluster = self.server.cluster
        key = f"{self.command} {path}"
        if key == "GET /ping":
            return self.answer(200, "pong")
        if key == "GET /cacerts":
            return self.answer(200, files.read(pki.path("server-ca.crt")))
        who = self.who()
        if who is None:
            return self.fail(401, "Unauthorized")
        if who == "admin":
            return self.route_admin(path)
        if who.startswith("system:node:"):
            return self.route_node(path, who.removeprefix("system:node:"))
        if key == "GET /v1-k3s/config":
            return self.answer(200, json.dumps(self.server.critical))
        if key == "GET /v1-k3s/apiservers":
            return self.answer(200, json.dumps([f"{address}:6443" for address in cluster.members().values()]))
        if key == "POST /stand-in/nodes":
            wants_certificate = self.body.pop("certificate", False)
            self.server.register(self.body)
            certificate = pki.node_certificate(self.body["name"]) if wants_certificate else ""
            return self.answer(200, json.dumps({"certificate": certificate}))
        if who == "member" and key == "GET /stand-in/state":
            return self.answer(200, json.dumps(cluster.state))
        if who == "member" and key == "PUT /stand-in/state":
            return self.answer(200 if cluster.take(self.body) else 409, "{}")
        if who != "server":
            return self.fail(403, "Forbidden")
        if key == "GET /v1-k3s/server-bootstrap":
            return self.answer(200, json.dumps({name: files.read(pki.path(name)) for name in pki.SHARED}))
        if key == "POST /stand-in/members":
            if not cluster.has_quorum():
                return self.fail(503, "etcdserver: unhealthy cluster")
            self.server.add_member(**self.body)
            return self.answer(200, json.dumps(cluster.state))
        if key == "PUT /v1-k3s/token":
            return self.rotate(self.body["newToken"])
        return self.fail(404, "404 page not found")

    def route_admin(self, path):
        """The API server, for the group system:masters."""
        if not self.server.cluster.has_quorum():
            return self.fail(500, "[-]etcd failed: reason withheld")
        nodes = self.server.cluster.state["nodes"]
        if path in ("/livez", "/readyz", "/healthz"):
            return self.answer(200, "ok")
        if path == "/stand-in/objects":
            return self.answer(200, json.dumps(self.server.objects(self.body)))
        if path == "/api/v1/nodes":
            return self.answer(200, json.dumps({"items": [self.server.node(name) for name in nodes]}))
        name = path.removeprefix("/api/v1/nodes/")
        if name == path:
            return self.fail(404, "the server could not find the requested resource")
        if name not in nodes:
            return self.fail(404, f'nodes "{name}" not found')
        if self.command == "DELETE":
            self.server.delete_node(name)
            return self.answer(200, "{}")
        if self.command == "PATCH":
            self.server.cluster.change(lambda state: patch(state, name, self.body))
        return self.answer(200, json.dumps(self.server.node(name)))

    def route_node(self, path, node):
        """The API server, for a kubelet: its own node, and no label of Kubernetes (Node authorizer, NodeRestriction)."""
        if path != f"/api/v1/nodes/{node}" or self.command not in ("GET", "PATCH"):
            return self.fail(403, f'User "system:node:{node}" cannot {self.command} {path}')
        labels = self.body["metadata"]["labels"] if self.command == "PATCH" else {}
        if any(key.split("/")[0].endswith(("kubernetes.io", "k8s.io")) for key in labels):
            return self.fail(403, f"is not allowed to modify labels: {', '.join(labels)}")
        return self.route_admin(path)

    def rotate(self, token):
        """Encrypts what the database holds with another token (pkg/server/handlers/token.go). Other servers take it from
        their files when they start; until then they accept the one of before."""
        cluster = self.server.cluster
        cluster.change(lambda state: state.update(token=digest(state["id"] + token)))
        cluster.token = token
        files.write(f"{files.SERVER}/token", f"{files.read(f'{files.SERVER}/token').split('::')[0]}::server:{token}\n")
        return self.answer(200, "")

    def who(self):
        """`admin` or a node by certificate; `server` or `node` by token; a `member` by what members know. k3s sets
        --anonymous-auth=false."""
        subject = dict(pair for part in (self.connection.getpeercert() or {}).get("subject", ()) for pair in part)
        if subject.get("organizationName") == "system:masters":
            return "admin"
        if subject.get("organizationName") == "system:nodes":
            return subject["commonName"]
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return None
        user, _, token = base64.b64decode(value).decode().partition(":")
        cluster = self.server.cluster
        tokens = {"server": cluster.token, "node": self.server.agent_token, "member": cluster.proof()}
        return user if user in tokens and hmac.compare_digest(token, tokens[user]) else None

    def answer(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def fail(self, status, message):
        self.answer(status, json.dumps({"kind": "Status", "status": "Failure", "message": message, "code": status}))
