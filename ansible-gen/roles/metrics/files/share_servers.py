"""Whether the servers of shares answer at the board's address, as a computer at home would ask, and who is there.

The pods of the servers measure nothing of themselves: no image has an exporter for both.
"""

import os
import socket
import struct

TIMEOUT = 5

# Programs of the servers, by protocol: smbd names what it starts for a visitor after itself.
PROGRAMS = {"smb": "smbd", "nfs": "ganesha.nfsd"}

# NEGOTIATE of SMB 3.0 and 3.0.2 ([MS-SMB2] 2.2.1.2 and 2.2.3): 64 bytes of header, then what the client can.
NEGOTIATE = (
    struct.pack("<4sHHLHHLLQLLQ16s", b"\xfeSMB", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, bytes(16))
    + struct.pack("<HHHHL16sQ", 36, 2, 1, 0, 0, bytes(range(16)), 0)
    + struct.pack("<HH", 0x0300, 0x0302)
)

# Procedure 0 of NFS version 4, which does nothing, by nobody (RFC 5531, section 9).
CALL_NUMBER = 0x686F6D65
NULL_CALL = struct.pack(">10L", CALL_NUMBER, 0, 2, 100003, 4, 0, 0, 0, 0, 0)


def ask(address, port, request, mark):
    """Sends a request and gives the answer. Both protocols put a length before it, of which `mark` is no part."""
    with socket.create_connection((address, port), TIMEOUT) as connection:
        connection.settimeout(TIMEOUT)
        connection.sendall(struct.pack(">L", len(request) | mark) + request)
        return receive(connection, min(struct.unpack(">L", receive(connection, 4))[0] & ~mark, 65536))


def receive(connection, length):
    data = b""
    while len(data) < length:
        part = connection.recv(length - len(data))
        if not part:
            raise ConnectionError("it ended in the middle")
        data += part
    return data


def smb_answers(address, port):
    answer = ask(address, port, NEGOTIATE, 0)
    return answer[:4] == b"\xfeSMB" and answer[8:12] == bytes(4)


def nfs_answers(address, port):
    # The number of the call, a reply, accepted, by nobody (2 words), done.
    answer = ask(address, port, NULL_CALL, 0x80000000)
    return answer[:24] == struct.pack(">6L", CALL_NUMBER, 1, 0, 0, 0, 0)


ANSWERS = {"smb": smb_answers, "nfs": nfs_answers}


def answers(protocol, address, port):
    try:
        return ANSWERS[protocol](address, port)
    except (OSError, struct.error):
        return False


def connections(protocol, port, proc="/proc"):
    """Connections to the server, wherever on the board it runs: those of its network, without the pod's own probes."""
    lines = {}
    for process in filter(str.isdigit, os.listdir(proc)):
        try:
            with open(f"{proc}/{process}/comm", encoding="utf-8") as file:
                if not file.read().startswith(PROGRAMS[protocol]):
                    continue
            network = os.readlink(f"{proc}/{process}/ns/net")
            if network not in lines:
                lines[network] = [line for name in ("tcp", "tcp6") for line in table(f"{proc}/{process}/net/{name}")]
        except OSError:
            continue  # It has ended.
    return sum(is_visitor(line.split(), port) for each in lines.values() for line in each)


def table(path):
    with open(path, encoding="utf-8") as file:
        return file.readlines()[1:]


def is_visitor(fields, port):
    """A line of /proc/net/tcp (proc(5)): own address, that of the peer, state; 01 is a connection."""
    address, own_port = fields[1].split(":")
    return fields[3] == "01" and int(own_port, 16) == port and address not in LOOPBACK


# 127.0.0.1, alone and as an address of IPv6, and ::1: words in the order of the bytes of the processor, which is the
# same on all boards.
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
