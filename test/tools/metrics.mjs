// The metrics that the role writes, from what real disks and boards printed (test/fixtures/metrics), read by the parser
// of Prometheus's own client.
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { tool } from './install.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

const program = fileURLToPath(new URL('../../ansible-gen/roles/metrics/files/metrics.py', import.meta.url));
const fixture = (name) => fileURLToPath(new URL(`../fixtures/metrics/${name}`, import.meta.url));

/** What Prometheus reads: `name{label=value,…} value`, labels in the order of the alphabet. */
async function samples(file) {
  const reader = `
import sys
from prometheus_client.parser import text_string_to_metric_families
for family in text_string_to_metric_families(open(sys.argv[1]).read()):
    assert family.type == "gauge" and family.documentation, family
    for it in family.samples:
        print(it.name + "{" + ",".join(f"{key}={it.labels[key]}" for key in sorted(it.labels)) + "}", it.value)
`;
  const { stdout } = await succeed(join(await tool('prometheus-client'), 'python'), ['-c', reader, file]);
  return stdout.trim().split('\n');
}

/** Programs of a board that print what was recorded. */
function recorded(programs) {
  const folder = newFolder('recorded');
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { ...process.env, PATH: `${folder}:/usr/bin:/bin` };
}

function expectSame(found, wanted) {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`expected\n  ${wanted.join('\n  ')}\nand not\n  ${found.join('\n  ')}`);
}

/** A disk behind an adapter that smartctl does not know, an NVMe disk, and one that says nothing. */
export async function metricsOfDisks() {
  const disks = ['sda', 'nvme0n1', 'sdb'].map((name) => ({
    path: `/dev/${name}`,
    type: 'disk',
    serial: `of "${name}"`,
    model: null,
  }));
  const folder = newFolder('metrics');
  const env = recorded({
    lsblk: `cat <<'END'\n${JSON.stringify({ blockdevices: disks })}\nEND`,
    smartctl: `case "$*" in
  *--device=sat*/dev/sda) cat ${fixture('usb-ssd.json')}; exit 64 ;;
  */dev/sda) cat ${fixture('unknown-bridge.json')}; exit 1 ;;
  */dev/nvme0n1) cat ${fixture('nvme.json')} ;;
  *) cat ${fixture('undetected.json')}; exit 1 ;;
esac`,
    vcgencmd: 'exit 1',
  });
  writeFileSync(
    join(folder, 'metrics.json'),
    JSON.stringify({
      ...{ folder, marker: '.homecloud-disk', disks: [{ name: 'data', mount_point: '/srv/dnas/data' }] },
      share_servers: [],
      watched_shares: [{ name: 'photos', disk: 'data' }],
    }),
  );
  await succeed('python3', [program, join(folder, 'metrics.json')], { env });
  const labels = (name) => `device=/dev/${name},model=,serial=of "${name}"`;
  const attribute = (id, name) =>
    `homecloud_disk_smart_attribute_raw{attribute=${name},device=/dev/sda,id=${id},model=,serial=of "sda"}`;
  expectSame(
    (await samples(join(folder, 'homecloud.prom'))).filter((line) => line.startsWith('homecloud_disk_')),
    [
      'homecloud_disk_present{disk=data,mount_point=/srv/dnas/data} 0',
      // The recorded excerpt of the SSD has no verdict.
      `homecloud_disk_smart_available{${labels('sda')}} 0`,
      `homecloud_disk_smart_available{${labels('nvme0n1')}} 1`,
      `homecloud_disk_smart_available{${labels('sdb')}} 0`,
      `${attribute(182, 'Erase_Fail_Count_Total')} 0`,
      `${attribute(192, 'Power-Off_Retract_Count')} 31`,
      `homecloud_disk_smart_passed{${labels('nvme0n1')}} 1`,
      `homecloud_disk_temperature_celsius{${labels('nvme0n1')}} 44`,
    ],
  );
}

/** Whether Nextcloud is told what changes: by what the role share_changes says while it runs. */
export async function metricsOfWatchedShares() {
  const runFolder = newFolder('run');
  const place = join(runFolder, 'homecloud-share-changes-data');
  mkdirSync(place);
  const script = `import sys; sys.path.insert(0, sys.argv[1]); import metrics
it = metrics.Metrics()
metrics.add_watched_shares(it, {"watched_shares": [{"name": "photos", "disk": "data"}]}, sys.argv[2])
open(sys.argv[3], "w").write(it.text())`;
  const is = async (value) => {
    const file = join(newFolder('metrics'), 'homecloud.prom');
    await succeed('python3', ['-B', '-c', script, join(program, '..'), runFolder, file]);
    expectSame(await samples(file), [`homecloud_share_watched{disk=data,share=photos} ${value}`]);
  };
  const watched = join(place, 'watched.json');
  await is(0);
  for (const [text, value] of [
    ['["music"]', 0],
    ['["music", "photos"]', 1],
    ['"photos"', 0],
    ['7', 0],
    ['["photos"', 0],
  ]) {
    writeFileSync(watched, text);
    await is(value);
  }
  // It hangs.
  writeFileSync(watched, '["photos"]');
  const then = new Date(Date.now() - 900_000);
  utimesSync(watched, then, then);
  await is(0);
}

/** The power supply as Raspberry Pi OS and as the kernel alone tells it, and the wear of an eMMC. */
export async function metricsOfBoards() {
  const sysfs = newFolder('sysfs');
  const put = (path, text) => {
    mkdirSync(join(sysfs, path, '..'), { recursive: true });
    writeFileSync(join(sysfs, path), text);
  };
  put('block/mmcblk0/device/life_time', readFileSync(fixture('life-time')));
  put('block/mmcblk0/device/pre_eol_info', readFileSync(fixture('pre-eol-info')));
  put('class/thermal/thermal_zone0/temp', '62322\n');
  put('class/hwmon/hwmon1/name', 'rpi_volt\n');
  put('class/hwmon/hwmon1/in0_lcrit_alarm', '1\n');
  const script = `import sys; sys.path.insert(0, sys.argv[1]); import metrics
it = metrics.Metrics(); metrics.add_emmc(it, sys.argv[2]); metrics.add_board(it, sys.argv[2])
open(sys.argv[3], "w").write(it.text())`;
  const read = async (vcgencmd) => {
    const file = join(newFolder('metrics'), 'homecloud.prom');
    const args = ['-B', '-c', script, join(program, '..'), sysfs, file];
    await succeed('python3', args, { env: recorded({ vcgencmd }) });
    return samples(file);
  };
  const always = [
    'homecloud_emmc_wear_ratio{area=a,device=/dev/mmcblk0} 0.2',
    'homecloud_emmc_wear_ratio{area=b,device=/dev/mmcblk0} 0.1',
    'homecloud_emmc_reserve_state{device=/dev/mmcblk0} 1',
    'homecloud_board_temperature_celsius{} 62.322',
  ];
  const throttled = (now, start) =>
    ['under_voltage', 'frequency_capped', 'throttled', 'soft_temperature_limit'].flatMap((reason) => [
      `homecloud_board_throttled{reason=${reason},since=now} ${now.includes(reason) ? 1 : 0}`,
      `homecloud_board_throttled{reason=${reason},since=start} ${start.includes(reason) ? 1 : 0}`,
    ]);
  const weak = ['under_voltage', 'throttled'];
  expectSame(await read(`cat ${fixture('throttled-now')}`), [...always, ...throttled(weak, weak)]);
  expectSame(await read(`cat ${fixture('throttled-before')}`), [...always, ...throttled([], weak)]);
  expectSame(await read(`cat ${fixture('throttled-never')}`), [...always, ...throttled([], [])]);
  expectSame(await read('exit 1'), [...always, 'homecloud_board_throttled{reason=under_voltage,since=now} 1']);
}
