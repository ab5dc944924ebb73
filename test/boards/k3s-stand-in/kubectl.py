"""`kubectl`, as far as the roles use it. Another call is refused, so that nothing is taken for done."""

import base64
import json
import ssl
import tempfile

import client
import files
import maintenance
import objects
from failure import Failure

JSONPATHS = {
    '{.status.conditions[?(@.type=="Ready")].status}': lambda node: node["status"]["conditions"][0]["status"],
    "{.metadata.labels}": lambda node: json.dumps(node["metadata"]["labels"], separators=(",", ":")),
}


def run(arguments):
    if arguments and arguments[0].startswith("--kubeconfig="):
        kubeconfig = arguments[0].removeprefix("--kubeconfig=")
        return run_with(kubeconfig, arguments[1:])
    return run_with(files.KUBECONFIG, arguments)


def run_with(kubeconfig, arguments):
    def ask(path, **options):
        return request(kubeconfig, path, **options)

    match arguments:
        case ["get", "--raw", path]:
            print(ask(path))
        case ["get", "nodes"]:
            for node in json.loads(ask("/api/v1/nodes"))["items"]:
                print(node["metadata"]["name"], node["status"]["conditions"][0]["status"])
        case ["get", "node", name, output] if output.removeprefix("--output=jsonpath=") in JSONPATHS:
            show = JSONPATHS[output.removeprefix("--output=jsonpath=")]
            print(show(json.loads(ask(f"/api/v1/nodes/{name}"))), end="")
        case ["get", "node", name, "--ignore-not-found", "--output=name"]:
            if name in [node["metadata"]["name"] for node in json.loads(ask("/api/v1/nodes"))["items"]]:
                print(f"node/{name}")
        case ["label", "node", name, "--overwrite", *labels]:
            ask(f"/api/v1/nodes/{name}", method="PATCH", body={"metadata": {"labels": dict(map(label, labels))}})
            print(f"node/{name} labeled")
        case ["delete", "node", name]:
            ask(f"/api/v1/nodes/{name}", method="DELETE")
            print(f'node "{name}" deleted')
        case _ if objects.run(arguments, ask):
            pass
        case _ if not maintenance.run(arguments, ask):
            raise Failure(f"the stand-in for kubectl does not know: {arguments}")


def label(text):
    """`key=value` sets a label, `key-` removes it."""
    if "=" in text:
        return tuple(text.split("=", 1))
    if text.endswith("-"):
        return text[:-1], None
    raise Failure(f"unexpected args: {text}")


def request(path_of_kubeconfig, path, **options):
    try:
        kubeconfig = json.loads(files.read(path_of_kubeconfig))
    except FileNotFoundError as error:
        raise Failure("The connection to the server localhost:8080 was refused") from error
    cluster, user = kubeconfig["clusters"][0]["cluster"], kubeconfig["users"][0]["user"]
    context = ssl.create_default_context(cadata=decode(cluster["certificate-authority-data"]))
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(decode(user["client-certificate-data"]) + decode(user["client-key-data"]))
        file.flush()
        context.load_cert_chain(file.name)
    try:
        status, body = client.request(f"{cluster['server']}{path}", context=context, **options)
    except client.Unreachable as error:
        raise Failure(f"The connection to the server was refused: {error}") from error
    if status == 404:
        raise Failure(f"Error from server (NotFound): {json.loads(body)['message']}")
    if status != 200:
        raise Failure(f"Error from server: {json.loads(body)['message']}")
    return body


def decode(text):
    return base64.b64decode(text).decode()
