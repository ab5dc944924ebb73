#!/usr/bin/env python3
"""What a computer hears that looks for file servers: discover.py OWN-ADDRESS. Prints JSON.

Asks by multicast DNS (RFC 6762, section 6.7: a question from another port is answered to that port) and by WS-Discovery
1.1. Answers are not taken apart: whether they name a board, a share or an address can be read from their bytes.
"""

import json
import socket
import struct
import sys
import time
import uuid

TYPES = ["_smb._tcp", "_device-info._tcp", "_adisk._tcp", "_nfs._tcp"]

PROBE = """<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof">
<soap:Header>
<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>
<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action>
<wsa:MessageID>urn:uuid:{}</wsa:MessageID>
</soap:Header>
<soap:Body><wsd:Probe><wsd:Types>wsdp:Device</wsd:Types></wsd:Probe></soap:Body>
</soap:Envelope>"""


def ask(own, group, port, message, seconds=3):
    """Answers, as (address, text in which each byte is a character)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.bind((own, 0))
        asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
        asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        asker.sendto(message, (group, port))
        answers, end = [], time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            asker.settimeout(left)
            try:
                text, (address, _) = asker.recvfrom(9000)
            except TimeoutError:
                break
            answers.append([address, text.decode("latin-1")])
        return answers


def question(name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in [*name.split("."), "local"])
    return struct.pack(">6H", 0, 0, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", 12, 1)


def main():
    own = sys.argv[1]
    heard = {name: ask(own, "224.0.0.251", 5353, question(name)) for name in TYPES}
    heard["wsd"] = ask(own, "239.255.255.250", 3702, PROBE.format(uuid.uuid4()).encode())
    print(json.dumps(heard))


main()
