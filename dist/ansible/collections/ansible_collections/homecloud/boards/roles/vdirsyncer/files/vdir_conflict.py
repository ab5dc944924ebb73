"""Called by vdirsyncer with the two texts of an item that was changed on both sides.

    vdir_conflict.py FOLDER SENT VDIR SERVER

The server's text wins: phones show it. That of the vdir is set aside first, with the date of the conflict, so that a run
that is stopped in between has lost nothing. No conflict is what the vdir itself sent in a run that was stopped: `SENT` is a
file with a line for each such text, and then the vdir has what came after.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from vdir_folder import digest_of, extension_of, set_text_aside


def main(folder, sent, ours, theirs):
    with open(theirs, encoding="utf-8") as file:
        digest = digest_of(file.read())
    with open(sent, encoding="utf-8", errors="replace") as file:
        is_sent = digest in file.read().split()
    if is_sent:
        shutil.copyfile(ours, theirs)
        return
    with open(ours, "rb") as file:
        text = file.read()
    set_text_aside(folder, text, extension_of(text))
    shutil.copyfile(theirs, ours)


if __name__ == "__main__":
    main(*sys.argv[1:])
