"""Lets Syncthing start with the index of this board only: run before each start, as its user.

    syncthing_index.py HOME INDEX

An index says which files were on the disks. One of another board, or of other disks, makes each file that it names and
that is not here look deleted, and the deletion spreads. So a random token is written into the index and beside the
configuration when the index is made. An index without the token of this board is put aside, and Syncthing begins with an
empty one: to it, what is here is new, and nothing is deleted.
"""

import contextlib
import os
import secrets
import sys

NAME = "homecloud-index"


def read(folder):
    """`None` where there is none. Other errors stop the start: what cannot be read is not another board's."""
    try:
        with open(f"{folder}/{NAME}", encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return None


def write(folder, token):
    """In one step, and for good: a token must not be lost where the index is kept."""
    new = f"{folder}/{NAME}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(new)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(f"{token}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, f"{folder}/{NAME}")


def put_aside(index):
    number = 1
    while os.path.lexists(f"{index}.of-another-{number}"):
        number += 1
    os.rename(index, f"{index}.of-another-{number}")
    print(f"{index} is of another board or of other disks: it is {index}.of-another-{number} now", file=sys.stderr)


def prepare(home, index):
    own = read(home)
    if os.path.lexists(index):
        is_folder = os.path.isdir(index) and not os.path.islink(index)
        token = read(index) if is_folder else None
        if is_folder and token is not None and token == own:
            return
        # An index from before there were tokens has none, nor has the board.
        if not is_folder or token != own:
            put_aside(index)
    os.makedirs(index, mode=0o700, exist_ok=True)
    token = secrets.token_hex(16)
    # The index first: a start that is stopped in between finds two that differ, and begins with an empty one.
    write(index, token)
    write(home, token)


if __name__ == "__main__":
    prepare(*sys.argv[1:])
