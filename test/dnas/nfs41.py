#!/usr/bin/env python3
"""A small client of NFS 4.1 and 4.2 (RFC 8881, RFC 7862), for tests: no kernel and no mount.

  nfs41.py HOST MINOR VERSION < commands

Reads one JSON list per line, `[command, argument...]`, and prints a JSON line for each: `{"ok": result}` or
`{"error": "NOENT"}`. Paths begin with the name of an export. All is in one session, whose lease it keeps while it waits.
"""

import json
import os
import select
import socket
import struct
import sys

NFS4ERR = {
    1: "PERM", 2: "NOENT", 5: "IO", 13: "ACCESS", 17: "EXIST", 20: "NOTDIR", 21: "ISDIR", 22: "INVAL", 27: "FBIG",
    28: "NOSPC", 30: "ROFS", 63: "NAMETOOLONG", 66: "NOTEMPTY", 70: "STALE", 10001: "BADHANDLE", 10008: "DELAY",
    10012: "DENIED", 10013: "GRACE", 10016: "WRONGSEC", 10018: "NOFILEHANDLE", 10021: "MINOR_VERS_MISMATCH",
    10023: "STALE_CLIENTID", 10025: "BAD_STATEID", 10041: "BADNAME", 10052: "BADSESSION",
}  # fmt: skip

CLOSE, CREATE, GETATTR, GETFH, LOCK, LOOKUP, OPEN = 4, 6, 9, 10, 12, 15, 18
PUTFH, PUTROOTFH, READ, READDIR, REMOVE, RENAME, SAVEFH, SETATTR, WRITE = 22, 24, 25, 26, 28, 29, 32, 34, 38
EXCHANGE_ID, CREATE_SESSION, SEQUENCE, RECLAIM_COMPLETE = 42, 43, 53, 58

# Bits of attributes, in this order: type, size, fileid, mode, owner, owner_group.
ATTRIBUTES = {1: "type", 4: "size", 20: "fileid", 33: "mode", 36: "owner", 37: "group"}


class NfsError(Exception):
    pass


def u32(value):
    return struct.pack(">I", value)


def u64(value):
    return struct.pack(">Q", value)


def opaque(data):
    return u32(len(data)) + data + b"\0" * (-len(data) % 4)


def bitmap(bits):
    words = [0, 0]
    for bit in bits:
        words[bit // 32] |= 1 << bit % 32
    return u32(2) + u32(words[0]) + u32(words[1])


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def u64(self):
        return struct.unpack(">Q", self.take(8))[0]

    def opaque(self):
        size = self.u32()
        data = self.take(size)
        self.take(-size % 4)
        return data

    def bitmap(self):
        words = [self.u32() for _ in range(self.u32())]
        return [32 * index + bit for index, word in enumerate(words) for bit in range(32) if word >> bit & 1]

    def attributes(self):
        names = [ATTRIBUTES[bit] for bit in self.bitmap()]
        values = Reader(self.opaque())
        read = {"owner": values.opaque, "group": values.opaque, "size": values.u64, "fileid": values.u64}
        found = {name: read.get(name, values.u32)() for name in names}
        return {name: value.decode() if isinstance(value, bytes) else value for name, value in found.items()}


class Client:
    def __init__(self, host, minor, version):
        self.minor, self.version, self.xid = minor, version, 1
        self.socket = socket.create_connection((host, 2049), timeout=60)
        if version != 4 or minor == 0:
            # Enough to learn that it is refused.
            self.compound([], sequence=False)
            return
        owner = f"homecloud-test-{os.getpid()}".encode()
        reply = self.compound(
            [u32(EXCHANGE_ID) + os.urandom(8) + opaque(owner) + u32(0) + u32(0) + u32(0)], sequence=False
        )
        reply.u32(), reply.u32()
        client, sequence = reply.u64(), reply.u32()
        channel = u32(0) + u32(1 << 20) + u32(1 << 20) + u32(4096) + u32(16) + u32(1) + u32(0)
        call = u32(CREATE_SESSION) + u64(client) + u32(sequence) + u32(0) + channel * 2 + u32(0x40000000)
        reply = self.compound([call + u32(1) + u32(0)], sequence=False)
        reply.u32(), reply.u32()
        self.session, self.slot = reply.take(16), 0
        self.client = client
        self.compound([u32(RECLAIM_COMPLETE) + u32(0)])

    def call(self, procedure, body):
        self.xid += 1
        credentials = opaque(u32(0) + opaque(b"laptop") + u32(4242) + u32(4242) + u32(0))
        message = u32(self.xid) + u32(0) + u32(2) + u32(100003) + u32(self.version) + u32(procedure)
        message += u32(1) + credentials + u32(0) + u32(0) + body
        self.socket.sendall(u32(0x80000000 | len(message)) + message)
        reply, last = b"", False
        while not last:
            header = struct.unpack(">I", self.receive(4))[0]
            last = bool(header & 0x80000000)
            reply += self.receive(header & 0x7FFFFFFF)
        reader = Reader(reply)
        reader.u32(), reader.u32()
        if reader.u32() != 0:
            raise NfsError("RPC_DENIED")
        reader.u32(), reader.opaque()
        status = reader.u32()
        if status != 0:
            raise NfsError({1: "PROG_UNAVAIL", 2: "PROG_MISMATCH"}.get(status, f"RPC_{status}"))
        return reader

    def receive(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise NfsError("CLOSED")
            data += part
        return data

    def compound(self, operations, sequence=True):
        if sequence:
            self.slot += 1
            operations = [u32(SEQUENCE) + self.session + u32(self.slot) + u32(0) + u32(0) + u32(0), *operations]
        body = opaque(b"") + u32(self.minor) + u32(len(operations)) + b"".join(operations)
        reader = self.call(1, body)
        status = reader.u32()
        if status != 0:
            raise NfsError(NFS4ERR.get(status, f"NFS4ERR_{status}"))
        reader.opaque(), reader.u32()
        if sequence:
            reader.u32(), reader.u32(), reader.take(16 + 5 * 4)
        return reader

    def renew(self):
        self.compound([])

    # What follows a SEQUENCE: results of the operations that go to a place.

    def go(self, path):
        names = [name for name in path.split("/") if name]
        return [u32(PUTROOTFH), *(u32(LOOKUP) + opaque(name.encode()) for name in names)]

    def at(self, path, operations):
        """Replies of the operations at a path, the first one's after its number and status."""
        way = self.go(path)
        reader = self.compound([*way, *operations])
        for _ in way:
            reader.u32(), reader.u32()
        return reader

    def split(self, path):
        parent, _, name = path.rstrip("/").rpartition("/")
        return parent, opaque(name.encode())

    def ls(self, path):
        names, cookie, verifier = [], 0, b"\0" * 8
        while True:
            call = u32(READDIR) + u64(cookie) + verifier + u32(65536) + u32(65536) + bitmap([20])
            reader = self.at(path, [call])
            reader.u32(), reader.u32()
            verifier = reader.take(8)
            while reader.u32():
                cookie = reader.u64()
                names.append(reader.opaque().decode())
                reader.attributes()
            if reader.u32():
                return sorted(names)

    def stat(self, path):
        reader = self.at(path, [u32(GETATTR) + bitmap(ATTRIBUTES)])
        reader.u32(), reader.u32()
        return reader.attributes()

    def mkdir(self, path):
        parent, name = self.split(path)
        self.at(parent, [u32(CREATE) + u32(2) + name + bitmap([]) + opaque(b"")])

    def rm(self, path):
        parent, name = self.split(path)
        self.at(parent, [u32(REMOVE) + name])

    def mv(self, path, target):
        (parent, name), (new_parent, new_name) = self.split(path), self.split(target)
        self.compound([*self.go(parent), u32(SAVEFH), *self.go(new_parent), u32(RENAME) + name + new_name])

    def open(self, path, write, create=False):
        parent, name = self.split(path)
        how = u32(1) + u32(0) + bitmap([33]) + opaque(u32(0o664)) if create else u32(0)
        owner = u64(self.client) + opaque(b"test")
        call = u32(OPEN) + u32(0) + u32(3 if write else 1) + u32(0) + owner + how + u32(0) + name
        reader = self.at(parent, [call, u32(GETFH)])
        reader.u32(), reader.u32()
        state = reader.take(16)
        reader.take(4 + 8 + 8 + 4)
        reader.bitmap()
        if reader.u32() == 3:
            reader.u32()
        reader.u32(), reader.u32()
        return reader.opaque(), state

    def close(self, handle, state):
        self.compound([u32(PUTFH) + opaque(handle), u32(CLOSE) + u32(0) + state])

    def read(self, path):
        """The text of a file."""
        handle, state = self.open(path, write=False)
        data = b""
        while True:
            call = u32(READ) + state + u64(len(data)) + u32(1 << 19)
            reader = self.compound([u32(PUTFH) + opaque(handle), call])
            reader.take(16)
            end = reader.u32()
            data += reader.opaque()
            if end:
                break
        self.close(handle, state)
        return data.decode()

    def write(self, path, text):
        """Makes a file hold a text, on the disk."""
        data = text.encode()
        handle, state = self.open(path, write=True, create=True)
        size = u32(SETATTR) + state + bitmap([4]) + opaque(u64(len(data)))
        call = u32(WRITE) + state + u64(0) + u32(2) + opaque(data)
        self.compound([u32(PUTFH) + opaque(handle), size, call])
        self.close(handle, state)

    def write_zeros(self, path, megabytes):
        """Writes as fast as it can, and then to the disk."""
        handle, state = self.open(path, write=True, create=True)
        data = opaque(b"\0" * (1 << 19))
        for index in range(2 * megabytes):
            stable = u32(2 if index == 2 * megabytes - 1 else 0)
            self.compound([u32(PUTFH) + opaque(handle), u32(WRITE) + state + u64(index << 19) + stable + data])
        self.close(handle, state)

    def read_all(self, path):
        """Reads a file to its end, and keeps nothing of it."""
        handle, state = self.open(path, write=False)
        size, end = 0, False
        while not end:
            reader = self.compound([u32(PUTFH) + opaque(handle), u32(READ) + state + u64(size) + u32(1 << 19)])
            reader.take(16)
            end = bool(reader.u32())
            size += len(reader.opaque())
        self.close(handle, state)
        return size

    def write_many(self, folder, count, size):
        """Files of one size in a new folder, none of which waits for the disk."""
        self.mkdir(folder)
        for index in range(count):
            handle, state = self.open(f"{folder}/{index}", write=True, create=True)
            call = u32(WRITE) + state + u64(0) + u32(0) + opaque(b"x" * size)
            self.compound([u32(PUTFH) + opaque(handle), call])
            self.close(handle, state)

    def read_many(self, folder, count):
        for index in range(count):
            self.read_all(f"{folder}/{index}")

    def rm_many(self, folder, count):
        for index in range(count):
            self.rm(f"{folder}/{index}")
        self.rm(folder)

    def lock(self, path):
        """Takes a write lock of a whole file, and keeps it until the process ends."""
        handle, state = self.open(path, write=True)
        owner = u32(0) + state + u32(0) + u64(self.client) + opaque(b"lock")
        self.compound([u32(PUTFH) + opaque(handle), u32(LOCK) + u32(2) + u32(0) + u64(0) + u64(2**64 - 1) + u32(1) + owner])


def main():
    host, minor, version = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    client = None
    buffer = b""
    while True:
        # Less than the lease, so that it goes on.
        ready, _, _ = select.select([0], [], [], 5)
        if not ready:
            try:
                if client:
                    client.renew()
            except (NfsError, OSError):
                client = None
            continue
        part = os.read(0, 65536)
        if not part:
            return
        *lines, buffer = (buffer + part).split(b"\n")
        for line in lines:
            command, *arguments = json.loads(line)
            try:
                client = client or Client(host, minor, version)
                answer = {"ok": getattr(client, command)(*arguments)}
            except NfsError as error:
                answer = {"error": str(error)}
            except OSError as error:
                answer = {"error": type(error).__name__}
                client = None
            print(json.dumps(answer), flush=True)


main()
