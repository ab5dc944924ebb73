// Two people who write at two boards through all protocols, by lot (mesh-random.mjs).
import { keepsWhatWasWritten, localDoor } from './mesh-random.mjs';
import { until } from './until.mjs';

/**
 * @param {import('./two-boards.mjs').TwoBoards} home
 * @param {{ seed: number, count: number }} plan
 */
export async function writesByAllDoors(home, { seed, count }) {
  const doors = new Map();
  const sessions = [];
  for (const board of [home.mesh.oak, home.mesh.elm]) {
    const nfs = home.nfs(board.name);
    sessions.push(nfs);
    await until('NFS serves', async () => Array.isArray(await nfs.do('ls', '/photos')));
    doors.set(board, [localDoor(board), smbDoor(home.smb(board.name, 'photos')), nfsDoor(nfs)]);
  }
  try {
    return await keepsWhatWasWritten(home.mesh, { seed, count, doorsOf: (board) => doors.get(board) });
  } finally {
    for (const nfs of sessions) nfs.end();
  }
}

/** @param {import('./clients.mjs').Smb} smb @returns {import('./mesh-random.mjs').Door} */
function smbDoor(smb) {
  const at = (path) => `"${path.replaceAll('/', '\\')}"`;
  return {
    name: 'by SMB at',
    mkdir: async (folder) => void (await smb.run(`mkdir ${at(folder)}`)),
    write: (path, text) => smb.write(path, text),
    remove: async (path) => void (await smb.run(path === 'sub' ? `rmdir ${at(path)}` : `del ${at(path)}`)),
    rename: async (from, to) => void (await smb.run(`rename ${at(from)} ${at(to)} -f`)),
  };
}

/** @param {import('./clients.mjs').Nfs} nfs @returns {import('./mesh-random.mjs').Door} */
function nfsDoor(nfs) {
  const at = (path) => `/photos/${path}`;
  return {
    name: 'by NFS at',
    mkdir: (folder) => nfs.do('mkdir', at(folder)),
    write: (path, text) => nfs.do('write', at(path), text),
    remove: (path) => nfs.do('rm', at(path)),
    rename: (from, to) => nfs.do('mv', at(from), at(to)),
  };
}
