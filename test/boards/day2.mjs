// The playbooks for a cluster that runs: what they do, in which order, and what they refuse.

import { sleep } from '../tools/sleep.mjs';
import { makeHome } from './home.mjs';
import { clusterOf, oneCluster } from './site.mjs';
import { namesOf, watch } from './watch.mjs';

/** @typedef {import('./lab.mjs').Lab} Lab */
/** @typedef {import('./home.mjs').LabHome} Home */

const bootId = '/proc/sys/kernel/random/boot_id';
const note = 'homecloud.io/cordoned-by';

/** Where k3s has the volumes of its class local-path. */
const storage = '/var/lib/rancher/k3s/storage';

/** Seconds that a client of the virtual IP may wait while its owner reboots as asked: it says goodbye first. */
const longestSilence = 0.7;

/** All boards reboot, one at a time, and the virtual IP answers throughout. */
export async function reboots(lab, home, version) {
  const before = await onAll(lab, `cat ${bootId}`);
  const { silence } = await watch(lab.network, home.virtualIp, await namesOf(lab), () =>
    runs(home, 'reboot', version, ['-e', 'reboot_all=true']),
  );
  const after = await onAll(lab, `cat ${bootId}`);
  const same = lab.boards.filter(({ name }) => before[name] === after[name]).map(({ name }) => name);
  if (same.length > 0) throw new Error(`${same.join(', ')} did not reboot`);
  await allWork(lab);
  await onlyOneAway(lab);
  if (silence > longestSilence) throw new Error(`the virtual IP was silent for ${silence.toFixed(2)} s`);
  return `the virtual IP was silent for ${silence.toFixed(2)} s at most`;
}

/** A board reboots only when it needs it; one that a person keeps pods away from stays so. */
export async function rebootsWhatNeedsIt(lab, home, version) {
  const [first, second, third] = lab.boards;
  // A newer kernel of the kind that runs, and one of another kind.
  await second.sudo(
    'mkdir -p "/lib/modules/99.0.0-$(uname -r | sed -E "s/^[0-9][0-9.]*(-[0-9]+)?(\\+[a-z0-9]+)?-?//")/kernel"',
  );
  await third.sudo('mkdir -p /lib/modules/99.0.0-other-kind/kernel');
  await second.sudo(`k3s kubectl cordon ${second.name}`);
  const before = await onAll(lab, `cat ${bootId}`);
  await runs(home, 'reboot', version);
  const after = await onAll(lab, `cat ${bootId}`);
  const rebooted = lab.boards.filter(({ name }) => before[name] !== after[name]).map(({ name }) => name);
  if (rebooted.join() !== second.name) throw new Error(`rebooted: ${rebooted}, not ${second.name} alone`);
  const node = await nodeOf(first, second.name);
  if (!node.spec.unschedulable) throw new Error(`a person had cordoned ${second.name}, and it takes pods again`);
  await first.sudo(`k3s kubectl uncordon ${second.name}`);
  await second.sudo('rm -r /lib/modules/99.0.0-*');
  await third.sudo('rm -r /lib/modules/99.0.0-other-kind');
}

/** Killed between the cordon and the end, and run again, no board is left without pods. */
export async function rebootKilled(lab, home, version) {
  for (const task of ['Reboot]', 'Wait until the board is ready in the cluster]']) {
    await home.killAt('reboot', version, `TASK [homecloud.boards.maintenance : ${task}`, ['-e', 'reboot_all=true']);
    const nodes = await nodesOf(lab.boards[1]);
    if (!nodes.some((node) => note in node.metadata.annotations)) throw new Error('the run had cordoned nothing');
    await lab.boards[0].ready();
    // The first board comes back on its own, when the task had begun.
    await again(() => runs(home, 'reboot', version));
    await allWork(lab);
  }
}

/** With a server away, no other is touched; with a pod that cannot be moved, the board works on. */
export async function rebootRefuses(lab, home, version) {
  const [first, second, third] = lab.boards;
  const before = await onAll(lab, `cat ${bootId}`);
  await first.sudo('touch /etc/stuck-pod-stand-in');
  await second.sudo('touch /etc/stuck-pod-stand-in');
  await refuses(home, 'reboot', version, /did not leave within 2 seconds, so it is not touched/, [
    ...['-e', 'reboot_all=true', '--limit', first.name],
    ...['-e', 'maintenance_drain_timeout=2'],
  ]);
  await first.sudo('rm /etc/stuck-pod-stand-in');
  await second.sudo('rm /etc/stuck-pod-stand-in');
  await allWork(lab);

  const ill = { volumes: [{ metadata: { name: 'pvc-1' }, status: { state: 'attached', robustness: 'degraded' } }] };
  await first.sudo(`echo '${JSON.stringify(ill)}' > /etc/longhorn-stand-in.json`);
  await refuses(home, 'reboot', version, /volumes of Longhorn lack a copy: pvc-1/, [
    ...['-e', 'reboot_all=true', '--limit', first.name],
    ...['-e', 'maintenance_storage_timeout=0'],
  ]);
  await first.sudo('rm /etc/longhorn-stand-in.json');

  await third.sudo('systemctl stop k3s');
  await notReady(first, third.name);
  await refuses(home, 'reboot', version, new RegExp(`${third.name} is not ready`), ['-e', 'reboot_all=true']);
  await third.sudo('systemctl start k3s');
  await again(() => allWork(lab));
  const after = await onAll(lab, `cat ${bootId}`);
  const rebooted = lab.boards.filter(({ name }) => before[name] !== after[name]).map(({ name }) => name);
  if (rebooted.length > 0) throw new Error(`${rebooted} rebooted`);
}

/** One minor version up: a snapshot, then the servers one after the other; two are refused, and back. */
export async function upgrades(lab, home, version) {
  const [first] = lab.boards;
  await home.changeK3s('v1.39.0+k3s1');
  await refuses(home, 'upgrade', version, /one minor version at a time. Write a version v1.38/);
  await home.changeK3s('v1.38.0+k3s1');
  // `site` keeps no copy of the database.
  await refuses(home, 'site', version, /one minor version at a time, by the playbook homecloud.boards.upgrade/);
  await home.killAt(
    'upgrade',
    version,
    'TASK [homecloud.boards.maintenance : Wait until the board runs the new version]',
  );
  await runs(home, 'upgrade', version);
  const versions = (await nodesOf(first)).map(({ status }) => status.nodeInfo.kubeletVersion);
  if (versions.some((it) => it !== 'v1.38.0+k3s1')) throw new Error(`the boards run ${versions}`);
  const snapshots = (await first.sudo('k3s etcd-snapshot ls')).match(/^before-\S+/gm) ?? [];
  if (snapshots.length !== 1 || !/^before-v1\.38\.0-k3s1-/.test(snapshots[0]))
    throw new Error(`the snapshots are ${snapshots}`);
  const saved = Number(await first.sudo('stat --format=%Y /var/lib/rancher/k3s/server/db/snapshots/before-*'));
  const starts = [];
  for (const board of lab.boards) {
    const start = await board.sudo(
      'date +%s.%N --date="$(systemctl show --timestamp=us+utc --property=ActiveEnterTimestamp --value k3s)"',
    );
    starts.push(Number(start));
  }
  const order = [saved, ...starts];
  if (order.some((time, index) => index > 0 && time < order[index - 1]))
    throw new Error(`the snapshot and the starts were at ${order}`);
  await oneCluster(lab);
  await home.changeK3s('v1.37.1+k3s1');
  await refuses(home, 'upgrade', version, /k3s cannot go back/);
  await home.changeK3s('v1.38.0+k3s1');
}

/** A server gets a new system, and takes its old place: its node is deleted only when the old one is gone. */
export async function replaces(lab, home, version) {
  const [first, second] = lab.boards;
  const cluster = await clusterOf(second);
  await first.replace();
  await refuses(home, 'site', version, new RegExp(`still has a node ${first.name} with another disk`));
  const database = await first.sudo('ls /var/lib/rancher/k3s/server/db 2>/dev/null || true');
  if (database.trim() !== '') throw new Error(`${first.name} started a database of its own: ${database}`);
  await first.replace();
  await notReady(second, first.name);
  await runs(home, 'board_replace', version, ['-e', `board=${first.name}`]);
  await oneCluster(lab);
  if ((await clusterOf(first)) !== cluster) throw new Error('it is another cluster now');
}

/** The machine that is in the cluster is not taken for a new one; one with files of another, or beside the old one, is refused. */
export async function replacesNothing(lab, home, version) {
  const [first] = lab.boards;
  const { output } = await runs(home, 'board_replace', version, ['-e', `board=${first.name}`]);
  if (!output.includes('is the machine in the cluster already')) throw new Error(`it took a board for new:\n${output}`);
  await first.sudo('cp -a /etc/machine-id /root/ && systemd-id128 new > /etc/machine-id');
  await refuses(home, 'board_replace', version, /but is not the machine that the cluster knows/, [
    ...['-e', `board=${first.name}`],
  ]);
  await first.sudo('cp -a /root/machine-id /etc/machine-id');
  // As another machine would look, while the old one works.
  const other = JSON.stringify({ maintenance_is_fresh: true, maintenance_is_same: false });
  await refuses(home, 'board_replace', version, /the old one is not away/, [
    ...['-e', `board=${first.name}`],
    ...['-e', other],
  ]);
  await allWork(lab);
}

/** Two of three servers leave, and are added again. */
export async function removesAndAdds(lab, home, version) {
  const [first, second, third] = lab.boards;
  const cluster = await clusterOf(first);
  await refuses(home, 'board_remove', version, /2 servers would stay/, ['-e', `board=${third.name}`]);
  await refuses(home, 'board_remove', version, /Say which board leaves/);
  const leave = ['-e', `board=${second.name},${third.name}`];
  // Part of the boards only: either nobody looked whether they may leave, or nobody took them out of the cluster.
  await refuses(home, 'board_remove', version, /may not leave yet/, [...leave, '--limit', first.name]);
  await refuses(home, 'board_remove', version, /was not taken out of the cluster/, [
    ...leave,
    ...['--limit', `${second.name},${third.name}`],
  ]);
  // A volume that is a folder of one board: nobody else has it. The space is one of the question (vars/main.yml).
  const folder = `${storage}/pvc-1_app-wiki_data`;
  await second.sudo(`mkdir -p ${folder} && echo page > ${folder}/page`);
  await first.sudo(`echo "app-wiki/data|${folder}| ${second.name}" > /etc/volumes-stand-in`);
  await refuses(home, 'board_remove', version, /volumes of these claims: app-wiki\/data\. They/, leave);
  await allWork(lab);
  await runs(home, 'board_remove', version, [...leave, '-e', 'forget_volumes=true']);
  const names = (await nodesOf(first)).map(({ metadata }) => metadata.name);
  if (names.join() !== first.name) throw new Error(`the cluster has ${names}`);
  await takeVolumes(second);
  for (const board of [second, third]) await isClean(board);
  await first.sudo('rm /etc/volumes-stand-in');
  let boards;
  await home.change((config) => {
    boards = config.boards;
    return { ...config, boards: boards.filter(({ name }) => name === first.name) };
  });
  await runs(home, 'site', version);
  await home.change((config) => ({ ...config, boards }));
  await runs(home, 'board_add', version);
  await oneCluster(lab);
  if ((await clusterOf(third)) !== cluster) throw new Error('it is another cluster now');
}

/** One server becomes three, also when the new ones stand before it in the config. */
export async function grows(lab, version) {
  const [, second] = lab.boards;
  let all;
  const home = await makeHome(lab, (config) => {
    all = config.boards;
    return { ...config, boards: all.filter(({ name }) => name === second.name) };
  });
  await runs(home, 'site', version);
  await second.sudo('test -s /var/lib/rancher/k3s/server/db/state.db');
  await home.change((config) => ({ ...config, boards: all }));
  await runs(home, 'board_add', version);
  await oneCluster(lab);
}

/** A board that is dead leaves, once the admin says so. */
export async function removesDead(lab, home, version) {
  const [first, , third] = lab.boards;
  await third.powerOff();
  await notReady(first, third.name);
  const options = ['-e', `board=${third.name}`, '-e', 'even_servers=true'];
  await refuses(home, 'board_remove', version, /does not answer. If it only sleeps/, options);
  await runs(home, 'board_remove', version, [...options, '-e', 'board_is_dead=true']);
  await third.flash();
  third.start();
  await third.ready();
  await runs(home, 'board_add', version);
  await oneCluster(lab);
}

/** Everything of homecloud leaves the boards, and the files of the disks stay: also those that pods had mounted. */
export async function resets(lab, home, version) {
  const [first] = lab.boards;
  await first.sudo(
    [
      'mkdir -p /srv/dnas/data /var/lib/kubelet/pods/1/volumes/data /var/lib/kubelet/pods/1/volumes/stuck /srv/stuck',
      'mount -t tmpfs data /srv/dnas/data',
      'touch /srv/dnas/data/.homecloud-disk /srv/dnas/data/photo /srv/stuck/letter',
      // The same file system as the folder around it: a deletion that only stays on one would take it.
      'mount --bind /srv/stuck /var/lib/kubelet/pods/1/volumes/stuck',
      'mount --bind /srv/dnas/data /var/lib/kubelet/pods/1/volumes/data',
    ].join(' && '),
  );
  await refuses(home, 'reset', version, /This home is called lab, not "other"/, ['-e', 'reset_home=other']);
  await refuses(home, 'reset', version, /the cluster goes on without it/, [
    ...['-e', 'reset_home=lab', '--limit', first.name],
  ]);
  await first.sudo(
    'systemd-run --quiet --unit=holder --working-directory=/var/lib/kubelet/pods/1/volumes/stuck sleep 600',
  );
  await refuses(home, 'reset', version, /is in use: nothing was deleted/, ['-e', 'reset_home=lab']);
  const files = 'ls -A /srv/dnas/data /srv/stuck /var/lib/rancher/k3s/server/db/etcd/member/wal/state.json';
  await first.sudo(files);
  await first.sudo('systemctl stop holder');
  await first.sudo(`mkdir -p ${storage}/pvc-1_app-wiki_data && echo page > ${storage}/pvc-1_app-wiki_data/page`);
  await runs(home, 'reset', version, ['-e', 'reset_home=lab']);
  await first.sudo('test -e /srv/dnas/data/photo -a -e /srv/dnas/data/.homecloud-disk -a -e /srv/stuck/letter');
  const { changed, output } = await runs(home, 'reset', version, ['-e', 'reset_home=lab']);
  if (Object.values(changed).some((count) => count > 0))
    throw new Error(`a second reset changes something:\n${output}`);
  if (!output.replace(/\s+/g, ' ').includes(`kept the files of volumes in ${storage}`))
    throw new Error(`it does not tell what it kept:\n${output}`);
  await takeVolumes(first);
  for (const board of lab.boards) await isClean(board);
}

/** The files of volumes are all that is left of k3s on a board: they are read, and taken away. */
async function takeVolumes(board) {
  const left = await board.sudo('find /var/lib/rancher/k3s -type f');
  if (left.trim() !== `${storage}/pvc-1_app-wiki_data/page`) throw new Error(`on ${board.name} is left: ${left}`);
  await board.sudo('rm -r /var/lib/rancher/k3s');
}

async function isClean(board) {
  const left = await board.sudo(
    'ls -d /etc/rancher /var/lib/rancher/k3s /var/lib/kubelet /usr/local/bin/k3s /usr/local/bin/kubectl /etc/systemd/system/k3s.service /etc/keepalived/keepalived.conf /usr/local/libexec/homecloud 2>/dev/null; pgrep -a "k3s|keepalived"; true',
  );
  if (left.trim() !== '') throw new Error(`on ${board.name} is left: ${left}`);
}

/** @throws with all that it said, when the playbook fails */
async function runs(home, playbook, version, options = []) {
  const outcome = await home.playbook(playbook, version, options);
  if (outcome.code !== 0) throw new Error(outcome.output);
  if (/warning|deprecat/i.test(outcome.warnings)) throw new Error(`it warns:\n${outcome.warnings}`);
  return outcome;
}

async function refuses(home, playbook, version, says, options = []) {
  const { code, output } = await home.playbook(playbook, version, options);
  if (code === 0 || !says.test(output.replace(/\s+/g, ' ')))
    throw new Error(`it should refuse and say ${says}:\n${output}`);
}

async function onAll(lab, command) {
  const outputs = await Promise.all(lab.boards.map((board) => board.sudo(command)));
  return Object.fromEntries(lab.boards.map(({ name }, index) => [name, outputs[index]]));
}

async function nodesOf(board) {
  return JSON.parse(await board.sudo('k3s kubectl get nodes --output=json')).items;
}

async function nodeOf(board, name) {
  return (await nodesOf(board)).find(({ metadata }) => metadata.name === name);
}

/** Every board is ready, takes pods, and has no note of a run. */
async function allWork(lab) {
  await oneCluster(lab);
  for (const { metadata, spec } of await nodesOf(lab.boards[0])) {
    if (spec.unschedulable || note in metadata.annotations) throw new Error(`${metadata.name} takes no pods`);
  }
}

/** No board went before the one before it was back: each kernel started after the k3s of the one before. */
async function onlyOneAway(lab) {
  const times = [];
  for (const board of lab.boards) {
    for (const [property, unit] of [
      ['UserspaceTimestamp', ''],
      ['ActiveEnterTimestamp', 'k3s'],
    ]) {
      const show = `systemctl show --timestamp=us+utc --property=${property} --value ${unit}`;
      times.push(Number(await board.sudo(`date +%s.%N --date="$(${show})"`)));
    }
  }
  if (times.some((time, index) => index > 0 && time < times[index - 1]))
    throw new Error(`boards started, and their k3s, at ${times}`);
}

/** Waits until the cluster knows that a board is away. */
async function notReady(board, name) {
  await again(async () => {
    const node = await nodeOf(board, name);
    if (node.status.conditions[0].status === 'True') throw new Error(`${name} is still ready for the cluster`);
  });
}

/** Tries for a minute until it succeeds. */
async function again(work) {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(1);
    }
  }
}
