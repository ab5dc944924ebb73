"""The certificates: two CAs that all servers share, and what each server signs with them."""

import os
import subprocess
import tempfile

import files

SHARED = ["server-ca.crt", "server-ca.key", "client-ca.crt", "client-ca.key"]


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def path(name):
    return f"{files.TLS}/{name}"


def make_authorities():
    """New CAs: a new cluster."""
    os.makedirs(files.TLS, mode=0o700, exist_ok=True)
    for name in ("server-ca", "client-ca"):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path(f"{name}.key")]
        usage = ["-addext", "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign"]
        out = ["-out", path(f"{name}.crt"), "-days", "3650", "-subj", f"/CN=k3s-{name}"]
        openssl("req", "-x509", *key, *usage, *out)


def sign(name, authority, subject, extensions):
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as file:
        file.write(f"{extensions}\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
        file.flush()
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path(f"{name}.key")]
        openssl("req", "-new", *key, "-out", path(f"{name}.csr"), "-subj", subject)
        ca = ["-CA", path(f"{authority}.crt"), "-CAkey", path(f"{authority}.key"), "-days", "365"]
        openssl("x509", "-req", "-in", path(f"{name}.csr"), *ca, "-extfile", file.name, "-out", path(f"{name}.crt"))


def node_certificate(node):
    """What a kubelet proves with that it is a node (Kubernetes, "Using Node Authorization"): key and certificate."""
    name = f"node-{node}"
    sign(name, "client-ca", f"/O=system:nodes/CN=system:node:{node}", "extendedKeyUsage=clientAuth")
    return files.read(path(f"{name}.crt")) + files.read(path(f"{name}.key"))


def make_certificates(names, addresses):
    """The certificate of the API, and that of the admin (Kubernetes' group `system:masters`)."""
    alternatives = [f"DNS:{name}" for name in names] + [f"IP:{address}" for address in addresses]
    sign("serving-kube-apiserver", "server-ca", "/CN=kube-apiserver", f"subjectAltName={','.join(alternatives)}")
    sign("client-admin", "client-ca", "/O=system:masters/CN=system:admin", "extendedKeyUsage=clientAuth")
