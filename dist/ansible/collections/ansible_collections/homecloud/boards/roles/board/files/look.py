"""Says, as JSON, how the board differs from what is wanted. It reads only.

Standard input: {"files": {path: text}, "modules": [name], "sysctls": {key: number}, "time_zone": name}.
"""

import json
import os
import subprocess
import sys


def read(path):
    try:
        with open(path, encoding='utf-8') as file:
            return file.read()
    except OSError:
        return None


def differs(path, text):
    if read(path) != text:
        return True
    status = os.stat(path)
    return status.st_uid != 0 or status.st_gid != 0 or status.st_mode & 0o7777 != 0o644


def is_loaded(module):
    # A module that is built in has a folder below /sys/module only if it has parameters.
    name = module.replace('-', '_')
    builtin = (read(f'/lib/modules/{os.uname().release}/modules.builtin') or '').replace('-', '_')
    return os.path.isdir(f'/sys/module/{name}') or f'/{name}.ko' in builtin


def is_known(module):
    return subprocess.run(['modinfo', module], capture_output=True, check=False).returncode == 0


def units_off(units):
    asked = subprocess.run(['systemctl', 'is-enabled', *units], capture_output=True, text=True, check=False)
    states = asked.stdout.split()
    return units if len(states) != len(units) else [unit for unit, state in zip(units, states) if state != 'enabled']


def has_unit(unit):
    return any(os.path.exists(f'{folder}/systemd/system/{unit}') for folder in ['/etc', '/lib', '/usr/lib'])


def sysctl_path(key):
    return '/proc/sys/' + key.replace('.', '/')


def swap_files_in_use():
    swaps = [line.split()[:2] for line in (read('/proc/swaps') or '').splitlines()[1:]]
    return sorted(path for path, kind in swaps if kind == 'file')


def swap_files_at_start():
    entries = [line.split('#')[0].split() for line in (read('/etc/fstab') or '').splitlines()]
    swaps = [fields[0] for fields in entries if len(fields) > 2 and fields[2] == 'swap']
    return sorted(path for path in swaps if path.startswith('/') and not path.startswith('/dev/'))


wanted = json.load(sys.stdin)
container = subprocess.run(['systemd-detect-virt', '--quiet', '--container'], check=False).returncode == 0
# A daemon of the admin's choice stays: the distribution has one of them at a time.
daemons = [name for name, path in {'chrony': '/usr/sbin/chronyd', 'ntpsec': '/usr/sbin/ntpd'}.items() if os.path.exists(path)]
sysctls = {key: (read(sysctl_path(key)) or '').strip() for key in wanted['sysctls']}
absent = [key for key in sysctls if not os.path.exists(sysctl_path(key))]
has_rpi_swap = os.path.exists('/usr/lib/systemd/system-generators/rpi-swap-generator')
exists = {
    'cloud_init': os.path.isdir('/etc/cloud/cloud.cfg.d'),
    'dphys_swapfile': os.path.exists('/sbin/dphys-swapfile') and not units_off(['dphys-swapfile.service']),
    'multipath': os.path.exists('/sbin/multipathd'),
    'network_manager': os.path.isdir('/etc/NetworkManager'),
    'rpi_swap': has_rpi_swap,
    'temporary_folder': os.path.isdir('/root/.ansible/tmp'),
    'timezone_file': os.path.exists('/etc/timezone'),
    'watchdog': not container and os.path.exists('/dev/watchdog'),
}
files = {path: text for path, (part, text) in wanted['files'].items() if part == '' or exists[part]}
if has_rpi_swap:
    files.pop('/etc/systemd/zram-generator.conf', None)
time_units = (
    [unit for unit in [f'{daemons[0]}.service', f'{daemons[0]}-wait.service'] if has_unit(unit)]
    if daemons
    # They may still have to be installed.
    else ['systemd-timesyncd.service', 'systemd-time-wait-sync.service']
)
zram_is_on = '/dev/zram' in (read('/proc/swaps') or '')
print(
    json.dumps(
        {
            **exists,
            'container': container,
            'files': sorted(path for path, text in files.items() if differs(path, text)),
            'folders': sorted({os.path.dirname(path) for path in files if not os.path.isdir(os.path.dirname(path))}),
            'missing_modules': [] if container else [module for module in wanted['modules'] if not is_loaded(module)],
            # A container has some settings of its own, and sees the others.
            'sysctls': sorted(
                key
                for key, value in wanted['sysctls'].items()
                if key not in absent and sysctls[key] != str(value) and os.access(sysctl_path(key), os.W_OK)
            ),
            'absent_sysctls': [] if container else absent,
            # A container sees those of its host.
            'swap_files_in_use': [] if container else swap_files_in_use(),
            'swap_files_at_start': swap_files_at_start(),
            'zram_is_off': not container and not has_rpi_swap and not zram_is_on and is_known('zram'),
            'time_daemon': daemons[0] if daemons else '',
            'time_units_off': units_off(time_units),
            'time_zone_is_right': os.path.realpath('/etc/localtime') == os.path.realpath(f'/usr/share/zoneinfo/{wanted["time_zone"]}')
            and os.path.islink('/etc/localtime'),
            'memory_controller': 'memory' in (read('/sys/fs/cgroup/cgroup.controllers') or '').split(),
        }
    )
)
