// What the role board leaves on a board, asked of the programs that read it.

/** @typedef {import('./lab.mjs').Lab} Lab */

/** Takes the lock of all that installs packages (apt-get, unattended-upgrade). */
const takeLock =
  'import fcntl, subprocess, time; it = open("/var/lib/dpkg/lock-frontend", "w"); fcntl.lockf(it, fcntl.LOCK_EX)';

/** Each board has its name and knows the others, the time zone and the limits of the home, after `site`. */
export async function prepared(lab, timeZone = 'Etc/UTC') {
  const failures = [];
  for (const board of lab.boards) {
    const expect = async (what, command, wanted) => {
      const found = (await board.sudo(command)).trim();
      if (found !== wanted) failures.push(`${board.name}: ${what} is ${found}, not ${wanted}`);
    };
    await expect('the name', 'hostname', board.name);
    for (const { name, address } of lab.boards) {
      await expect(`the address of ${name}`, `grep --count --line-regexp "${address} ${name}" /etc/hosts`, '1');
    }
    await expect('the time zone', 'readlink --canonicalize /etc/localtime', `/usr/share/zoneinfo/${timeZone}`);
    await expect('forwarding', 'sysctl --values net.ipv4.ip_forward', '1');
    await expect(
      'the limit of the logs',
      'systemd-analyze cat-config systemd/journald.conf | grep --extended-regexp "^(Storage|SystemMaxUse)=" | tail --lines=2 | tr "\\n" " "',
      'Storage=persistent SystemMaxUse=200M',
    );
    await expect('the place of the logs', 'ls -d /var/log/journal/*/system.journal | wc --lines', '1');
    await expect(
      'waiting for the time',
      'systemctl is-enabled systemd-timesyncd.service systemd-time-wait-sync.service | sort --unique',
      'enabled',
    );
    await expect(
      'the longest wait for the time',
      'systemctl show --property=TimeoutStartUSec --value systemd-time-wait-sync.service',
      '3min',
    );
    await expect('a restart after upgrades', 'apt-config shell it Unattended-Upgrade::Automatic-Reboot', "it='false'");
    // Another program has the lock for two seconds, as a board's own upgrades at its start.
    await expect(
      'an installation while another has the lock',
      `python3 -c '${takeLock}; print(flush=True); time.sleep(2)' | { read -r; apt-get install --yes -qq sudo >/dev/null 2>&1; echo $?; }`,
      '0',
    );
    // It says so before it looks for packages, which the lab does not have.
    const origins = await board.sudo('unattended-upgrade --dry-run --debug 2>&1 | grep "Allowed origins"');
    for (const origin of ['label=Debian-Security', 'origin=Raspberry Pi Foundation']) {
      if (!origins.includes(origin)) failures.push(`${board.name}: upgrades do not come from ${origin}: ${origins}`);
    }
  }
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** The role waits for a fresh board that installs its own updates: another program has the lock when apt-get comes. */
export async function waitsForUpdates(home, board, version) {
  await board.sudo(`cat > /run/updates.py <<'END'
${takeLock}
while subprocess.run(["pgrep", "-x", "apt-get"], stdout=subprocess.DEVNULL).returncode != 0: time.sleep(0.1)
time.sleep(5)
END
systemd-run --quiet --unit=updates python3 /run/updates.py; sleep 1; systemctl --quiet is-active updates`);
  const { code, output } = await home.roles(board.name, ['board'], version);
  if (code !== 0) throw new Error(output);
  if ((await board.sudo('systemctl is-active updates || true')).trim() === 'active')
    throw new Error('apt-get did not come while another had the lock');
}

/** A swap file leaves an SD card, and what somebody changed is mended; the rest stays. */
export async function mended(home, board, version) {
  await board.sudo(
    [
      'cp -p /etc/fstab /run/fstab',
      "printf '/swap.img none swap sw 0 0\\n/dev/sdz1 none swap sw 0 0\\nUUID=1-2 none swap sw 0 0\\n' >> /etc/fstab",
      'echo > /swap.img',
      'chmod 0600 /etc/systemd/journald.conf.d/90-homecloud.conf',
      'systemctl --quiet disable systemd-time-wait-sync.service',
      "echo '192.0.2.9 printer' >> /etc/hosts",
      'hostnamectl set-hostname wrong',
    ].join(' && '),
  );
  const { code, output } = await home.roles(board.name, ['board'], version, [
    '-e',
    '{"board_boots_from_sd_card": true}',
  ]);
  if (code !== 0) throw new Error(output);
  const state = await board.sudo(
    "grep -c '^/swap.img' /etc/fstab; grep -c '^/dev/sdz1 none swap' /etc/fstab; grep -c '^UUID=1-2 none swap' /etc/fstab; ls /swap.img 2>/dev/null; stat -c %a /etc/systemd/journald.conf.d/90-homecloud.conf; systemctl is-enabled systemd-time-wait-sync.service; grep -c '192.0.2.9 printer' /etc/hosts; hostname; cat /etc/hostname; cp -p /run/fstab /etc/fstab",
  );
  const wanted = ['0', '1', '1', '644', 'enabled', '1', board.name, board.name].join('\n');
  if (state.trim() !== wanted) throw new Error(`the board has\n${state}\nnot\n${wanted}`);
}
