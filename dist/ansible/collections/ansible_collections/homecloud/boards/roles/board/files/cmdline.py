"""Gives the kernel of a Raspberry Pi the options that turn the memory controller of cgroups on.

Arguments: `write` or `check`, then the files that may hold the options, the first that exists first. Prints the file
that the firmware reads, and `changed` or `unchanged`.

The file stands on FAT, which has no journal: it is written beside the old one, reaches the card, and takes its place
in one step. A copy of the old one stays, for a person with a card reader.
"""

import os
import sys

OPTIONS = ['cgroup_memory=1', 'cgroup_enable=memory']


def flush(path):
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    flush(os.path.dirname(path))


def is_command_line(text):
    """Not the text that Raspberry Pi OS leaves in /boot/cmdline.txt, which says that the file has moved."""
    return 'root=' in text


def edited(text):
    words = text.split()
    # The firmware stops reading at a line break.
    is_one_line = '\n' not in text.rstrip('\n')
    if is_one_line and 'cgroup_disable=memory' not in words and all(option in words for option in OPTIONS):
        return text
    kept = [word for word in words if word not in ['cgroup_disable=memory', *OPTIONS]]
    return ' '.join(kept + OPTIONS) + '\n'


mode, *places = sys.argv[1:]
files = []
for place in places:
    if os.path.isfile(place):
        with open(place, encoding='utf-8') as file:
            content = file.read()
        if is_command_line(content):
            files.append((place, content))
if not files:
    sys.exit(f'none of {", ".join(places)} holds the options of the kernel: is the boot partition mounted?')

# With the A/B boot of Ubuntu the firmware reads the file of the folder `current`, or of `new` when it tries a new kernel.
in_slots = [(place, content) for place, content in files if os.path.basename(os.path.dirname(place)) in ('current', 'new')]
changed = False
for place, content in in_slots or files[:1]:
    print(place)
    if edited(content) == content:
        continue
    changed = True
    if mode == 'write':
        write(f'{place}.homecloud-old', content)
        write(f'{place}.homecloud-new', edited(content))
        os.replace(f'{place}.homecloud-new', place)
        flush(os.path.dirname(place))
print('changed' if changed else 'unchanged')
