// A server whose disk was lost never starts a second cluster.
import { clusterOf, oneCluster, succeed } from './site.mjs';

/** The first server gets a new system, and the playbook runs as if nothing had happened. */
export async function firstServer(lab, home, version) {
  const [first, second] = lab.boards;
  const cluster = await clusterOf(second);
  await first.replace();
  const outcome = await home.playbook('site', version);
  // k3s refuses a name that is still a member of its etcd: the role says so before it starts anything.
  if (outcome.code === 0) throw new Error('a new board took over the name of another without a word');
  if (!/kubectl delete node oak/.test(outcome.output))
    throw new Error(`it fails for another reason:\n${outcome.output}`);
  const database = await first.sudo('ls /var/lib/rancher/k3s/server/db 2>/dev/null || true');
  if (database.trim() !== '') throw new Error(`${first.name} started a database of its own: ${database}`);
  await second.sudo(`k3s kubectl delete node ${first.name}`);
  await succeed(home, version);
  await oneCluster(lab);
  if ((await clusterOf(first)) !== cluster) throw new Error('it is another cluster now');
}
