"""Requests to servers of the stand-in."""

import base64
import http.client
import json
import ssl
import urllib.parse

from failure import Failure


class Unreachable(Exception):
    """Nobody answers there."""


def request(url, method="GET", body=None, basic=None, context=None, timeout=3):
    """The status and the body of an answer.

    Without a context the certificate is not checked: with a short token, k3s trusts the server that it is sent to.
    """
    if context is None:
        context = ssl._create_unverified_context()
    parts = urllib.parse.urlsplit(url)
    headers = {}
    if basic is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(basic).encode()).decode()
    connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=context)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{url}: {error}") from error
    finally:
        connection.close()


def expect(url, is_json=True, **options):
    """The JSON, or the text, of an answer that must be 200."""
    status, body = request(url, **options)
    if status != 200:
        raise Failure(f"{url}: {status} {body.strip()}")
    return json.loads(body) if is_json else body
