// Who reaches what: people, guests, networks, old protocols, and ways out of a share.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { same } from '../tools/secret-home.mjs';
import { refused } from './clients.mjs';
import { readConfigs } from './config-readers.mjs';

/** @typedef {import('./small-home.mjs').SmallHome} SmallHome */

/** @param {SmallHome} home */
export async function peopleAndNobodyElse(home) {
  await home.smb('photos', 'alice').write('from-alice', 'hello');
  same('what bob reads', await home.smb('photos', 'bob').read('from-alice'), 'hello');
  const denied = /ACCESS_DENIED|LOGON_FAILURE/;
  await refused('a wrong password', home.smb('photos', 'alice', { password: 'wrong' }).names(), denied);
  await refused('an empty password', home.smb('photos', 'alice', { password: '' }).names(), denied);
  await refused('a share of others', home.smb('films', 'bob').names(), denied);
  // She has no share, so that the pod does not even know her.
  await refused('somebody without a share', home.smb('photos', 'carol', { password: 'x' }).names(), denied);
  await refused('a guest', home.guest('photos').names(), denied);
  await refused('the owner of the files', home.smb('photos', 'dnas', { password: '' }).names(), denied);
  await refused('root', home.smb('photos', 'root', { password: '' }).names(), denied);
}

/** @param {SmallHome} home */
export async function guestsRead(home) {
  await home.smb('music', 'bob').write('song', 'la');
  same('what a guest reads', await home.guest('music').read('song'), 'la');
  same('what alice reads', await home.smb('music', 'alice').read('song'), 'la');
  const denied = /ACCESS_DENIED|MEDIA_WRITE_PROTECTED/;
  await refused('a guest who writes', home.guest('music').write('song', 'no'), denied);
  await refused('a guest who deletes', home.guest('music').run('del song'), denied);
  await refused('one who is no member and writes', home.smb('music', 'alice').write('song', 'no'), denied);
  same('the song', await home.smb('music', 'bob').read('song'), 'la');
}

/** @param {SmallHome} home */
export async function networksOfTheHome(home) {
  const { away, stranger } = home;
  await home.smb('photos', 'alice', { machine: away }).names();
  await refused(
    'SMB from another network',
    home.smb('photos', 'alice', { machine: stranger }).names(),
    /DENIED|CONNECTION|INVALID_NETWORK_RESPONSE/,
  );
  const nfs = home.nfs({ machine: stranger });
  try {
    same('exports that another network sees', await nfs.do('ls', '/'), []);
    await refused('NFS from another network', nfs.do('ls', '/photos'), /NOENT|ACCESS|PERM/);
  } finally {
    nfs.end();
  }
}

/** @param {SmallHome} home */
export async function oldProtocolsRefused(home) {
  const old = {
    NT1: /PROTOCOL|CONNECTION|INVALID/,
    SMB2_02: /NOT_SUPPORTED|CONNECTION/,
    SMB2_10: /NOT_SUPPORTED|CONNECTION/,
  };
  for (const [protocol, how] of Object.entries(old)) {
    const options = ['--option', `client min protocol=${protocol}`, '--max-protocol', protocol];
    await refused(protocol, home.smb('photos', 'alice', { options }).names(), how);
  }
  // Encrypted with who can, and it can.
  await home.smb('photos', 'alice', { options: ['--client-protection=encrypt'] }).names();
  for (const [version, minor, how] of [
    [3, 0, /PROG_MISMATCH/],
    [4, 0, /MINOR_VERS_MISMATCH/],
  ]) {
    const nfs = home.nfs({ version, minor });
    await refused(`NFS ${version}.${minor}`, nfs.do('ls', '/'), how);
    nfs.end();
  }
}

/** @param {SmallHome} home */
export async function noWayOut(home) {
  const { oak } = home;
  const folder = oak.share('data', 'photos');
  symlinkSync('/etc/passwd', `${folder}/to-the-system`);
  symlinkSync('../../shares/backups', `${folder}/to-another-share`);
  const alice = home.smb('photos', 'alice');
  await refused('a link to a file of the system', alice.read('to-the-system'), /NT_STATUS/);
  await refused('a link to another share', alice.run('cd to-another-share'), /NT_STATUS/);
  await refused('the folder above', alice.run('ls ../backups/*'), /NT_STATUS/);
  const nfs = home.nfs();
  try {
    // A client of NFS gets the text of a link, and follows it on its own machine.
    await refused('a link by NFS', nfs.do('read', '/photos/to-the-system'), /SYMLINK|10029|INVAL/);
    await refused('the folder above by NFS', nfs.do('ls', '/photos/..'), /BADNAME|NOENT/);
    await refused('a read-only export', nfs.do('write', '/films/new', 'no'), /ROFS/);
  } finally {
    nfs.end();
  }
}

/** Files of Syncthing are nobody's: neither seen nor deleted. @param {SmallHome} home */
export async function syncthingIsHidden(home) {
  const folder = home.oak.share('data', 'photos');
  for (const name of ['.stfolder', '.stversions', 'album/.stfolder'])
    mkdirSync(`${folder}/${name}`, { recursive: true });
  for (const name of ['.stignore', '.syncthing.x.tmp', 'album/.stfolder/marker', 'seen.sync-conflict-1-2.txt']) {
    writeFileSync(`${folder}/${name}`, name);
  }
  const alice = home.smb('photos', 'alice');
  const names = await alice.names();
  same(
    'hidden files that are seen',
    names.filter((name) => name.startsWith('.st') || name.startsWith('.sync')),
    [],
  );
  same(
    'conflicts that are seen',
    names.filter((name) => name.includes('sync-conflict')),
    ['seen.sync-conflict-1-2.txt'],
  );
  await refused('a read of a hidden file', alice.read('.stignore'), /NT_STATUS/);
  await alice.run('deltree album').catch(() => {});
  same('the marker', readFileSync(`${folder}/album/.stfolder/marker`, 'utf8'), 'album/.stfolder/marker');
}

/** @param {SmallHome} home */
export const configsRead = (home) => readConfigs(home.oak.pod);
