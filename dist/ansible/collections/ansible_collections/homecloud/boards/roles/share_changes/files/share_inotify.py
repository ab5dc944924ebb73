"""inotify(7), which Python has no module for."""

import ctypes
import os
import struct

ATTRIB = 0x4
CLOSE_WRITE = 0x8
MOVED_FROM = 0x40
MOVED_TO = 0x80
CREATE = 0x100
DELETE = 0x200
DELETE_SELF = 0x400
MOVE_SELF = 0x800
UNMOUNT = 0x2000
Q_OVERFLOW = 0x4000
IGNORED = 0x8000
ONLYDIR = 0x1000000
EXCL_UNLINK = 0x4000000
ISDIR = 0x40000000

HEADER = struct.Struct("=iIII")

libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


class Inotify:
    """One queue of events. What the kernel cannot keep in it any more is told by an event with `Q_OVERFLOW`."""

    def __init__(self):
        self.handle = checked(libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def fileno(self):
        return self.handle

    def close(self):
        os.close(self.handle)

    def watch(self, path, mask):
        """The number of the watch: the same again for a folder that has one already, by whatever path."""
        return checked(libc.inotify_add_watch(self.handle, ctypes.c_char_p(path), ctypes.c_uint32(mask)))

    def unwatch(self, watch):
        # It may have ended with its folder.
        libc.inotify_rm_watch(self.handle, watch)

    def read(self):
        """What waits: number of the watch, mask, and name in its folder."""
        while True:
            try:
                data = os.read(self.handle, 1 << 16)
            except BlockingIOError:
                return
            at = 0
            while at < len(data):
                watch, mask, _, length = HEADER.unpack_from(data, at)
                at += HEADER.size
                yield watch, mask, data[at : at + length].rstrip(b"\0")
                at += length
