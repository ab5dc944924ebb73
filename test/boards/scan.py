"""Asks many ports of a host from one address. Arguments: tcp or udp, source, target, ports.

Of TCP it prints the open ones. To those of UDP it sends their numbers: what arrives is known at the other end only, for there
need not be an answer.
"""

import errno
import select
import socket
import sys
import time

AT_ONCE = 1000
SECONDS = 2.0
TIMES = 3

protocol, source, target, ranges = sys.argv[1:]
ports = [
    port
    for part in ranges.split(',')
    for port in range(int(part.split('-')[0]), int(part.split('-')[-1]) + 1)
]
# With the interface of a link-local address.
addresses = [socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0][4] for host in (source, target)]
family = socket.AF_INET6 if ':' in target else socket.AF_INET
if protocol == 'udp':
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.bind(addresses[0])
        # A datagram may be lost.
        for _ in range(TIMES):
            for count, port in enumerate(ports):
                sender.sendto(str(port).encode(), (addresses[1][0], port, *addresses[1][2:]))
                # The other end needs time to read them.
                if count % 200 == 0:
                    time.sleep(0.02)
            time.sleep(SECONDS / TIMES)
    sys.exit()

poll = select.epoll()
waiting = {}
found = []


def begin(port):
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.setblocking(False)
    connection.bind(addresses[0])
    code = connection.connect_ex((addresses[1][0], port, *addresses[1][2:]))
    if code not in (0, errno.EINPROGRESS):
        connection.close()
        return
    waiting[connection.fileno()] = (connection, port, time.monotonic() + SECONDS)
    poll.register(connection, select.EPOLLOUT | select.EPOLLERR)


def end(handle):
    connection, port, _ = waiting.pop(handle)
    poll.unregister(handle)
    is_open = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    # Without a trace: the port of this end is free at once.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
    connection.close()
    return port if is_open else None


while ports or waiting:
    while ports and len(waiting) < AT_ONCE:
        begin(ports.pop())
    for handle, _ in poll.poll(0.2):
        port = end(handle)
        if port is not None:
            found.append(port)
    now = time.monotonic()
    for handle in [handle for handle, (_, _, late) in waiting.items() if late < now]:
        connection, _, _ = waiting.pop(handle)
        poll.unregister(handle)
        connection.close()
print(*sorted(found))
