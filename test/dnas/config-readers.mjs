// Each rendered configuration, read by the program that it is for.
import { matches } from '../tools/secret-home.mjs';

/** @param {import('./pod.mjs').Pod} pod */
export async function readConfigs(pod) {
  const { code, stdout, stderr } = await pod.container('samba').exec(['testparm', '-s', '/etc/dnas/smb.conf']);
  if (code !== 0 || /warning|error|unknown|ignoring/i.test(stderr.replace(/^Load smb config files.*$/m, ''))) {
    throw new Error(`testparm:\n${stderr}\n${stdout}`);
  }
  matches('what testparm reads', stdout, /^\[photos\]$/m, /server min protocol = SMB3/);
  // Ganesha tells each option that it does not know, and goes on.
  const { log } = pod.container('nfs');
  const wrong = log.match(/^.*(CONFIG|EXPORT|FSAL) :(CRIT|MAJ|FATAL).*$/gm);
  if (wrong) throw new Error(`ganesha:\n${wrong.join('\n')}`);
  matches('what ganesha says', log, /Configuration file successfully parsed/);
}
