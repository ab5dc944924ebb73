// The playbook `site` on all boards.

/** @typedef {import('./lab.mjs').Lab} Lab */
/** @typedef {import('./home.mjs').LabHome} Home */

/** A check before the first run tells what would be done, and does nothing. */
export async function checkBefore(lab, home, version) {
  const before = await filesOf(lab);
  const { changed } = await succeed(home, version, ['--check', '--diff']);
  const idle = lab.boards.filter(({ name }) => !changed[name]).map(({ name }) => name);
  if (idle.length > 0) throw new Error(`nothing to do on ${idle.join(', ')}, although it is new`);
  const after = await filesOf(lab);
  const touched = lab.boards.filter(({ name }) => before[name] !== after[name]).map(({ name }) => name);
  if (touched.length > 0) throw new Error(`the check changed ${touched.join(', ')}`);
}

/** The first run makes a cluster of new boards. */
export async function firstRun(lab, home, version) {
  const { changed } = await succeed(home, version);
  const idle = lab.boards.filter(({ name }) => !changed[name]).map(({ name }) => name);
  if (idle.length > 0) throw new Error(`nothing was done on ${idle.join(', ')}`);
}

export async function secondRun(home, version) {
  await changesNothing(home, version, []);
}

export async function checkAfter(home, version) {
  await changesNothing(home, version, ['--check', '--diff']);
}

/** Killed in the middle of each of these tasks, and started again, it comes to its end. */
export async function killed(lab, home, version) {
  const tasks = [
    'TASK [homecloud.boards.k3s : Write the options and the unit]',
    'TASK [homecloud.boards.k3s : Start k3s, or restart it if it has not read its files]',
    'TASK [homecloud.boards.k3s : Read the node]',
    'TASK [homecloud.boards.keepalived : Install the packages]',
    'TASK [homecloud.boards.keepalived : Write the files]',
    'TASK [homecloud.boards.keepalived : Start keepalived, or restart it if it has not read its files]',
  ];
  for (const task of tasks) {
    await home.killSiteAt(version, task);
  }
  await succeed(home, version);
  await oneCluster(lab);
}

/** All boards are of one cluster, and ready in it, wherever one asks. */
export async function oneCluster(lab) {
  const wanted = lab.boards.map(({ name }) => `${name} True`).sort();
  const clusters = new Set();
  for (const board of lab.boards) {
    clusters.add(await clusterOf(board));
    const nodes = (await board.sudo('k3s kubectl get nodes')).trim().split('\n').sort();
    if (nodes.join() !== wanted.join()) throw new Error(`${board.name} knows the nodes ${nodes}, not ${wanted}`);
  }
  if (clusters.size !== 1) throw new Error(`there are ${clusters.size} clusters: ${[...clusters]}`);
}

/** The identity of the cluster that a board holds, of the stand-in's database. */
export async function clusterOf(board) {
  return JSON.parse(await board.sudo('cat /var/lib/rancher/k3s/server/db/etcd/member/wal/state.json')).id;
}

/** Runs the playbook, which must succeed without a warning. */
export async function succeed(home, version, options = [], playbook = 'site') {
  const outcome = await home.playbook(playbook, version, options);
  if (outcome.code !== 0) throw new Error(outcome.output);
  // A deprecation is an error of tomorrow.
  if (/warning|deprecat/i.test(outcome.warnings)) throw new Error(`it warns:\n${outcome.warnings}`);
  return outcome;
}

async function changesNothing(home, version, options) {
  const { changed, output } = await succeed(home, version, options);
  if (Object.keys(changed).length === 0) throw new Error(`no board took part:\n${output}`);
  const busy = Object.entries(changed).filter(([, count]) => count > 0);
  if (busy.length > 0) throw new Error(`something changed on ${busy.map(([name]) => name).join(', ')}:\n${output}`);
}

/** What stands in the folders that the roles write to, by board: paths, modes, sizes and times. */
export async function filesOf(lab) {
  const folders = '/etc /usr /opt /srv /var/lib/rancher /var/lib/dpkg';
  const states = await Promise.all(
    lab.boards.map(async (board) => [
      board.name,
      await board.sudo(`find ${folders} -printf "%p %m %s %T@\\n" 2>/dev/null | sort || true`),
    ]),
  );
  return Object.fromEntries(states);
}
