// The root of Debian that plays the images of the dnas: Samba and ganesha of Debian 13, and the clients of both.
import { debianRoot } from '../tools/debian-root.mjs';

/** What the images have that our scripts, probes and clients call. */
const packages = ['attr', 'nfs-ganesha', 'nfs-ganesha-vfs', 'procps', 'rpcbind', 'samba', 'smbclient'];

/** As the image of ganesha has it, which looks there for the file systems below its exports. */
const setup = 'ln -s /proc/self/mounts /etc/mtab';

export const fileServerRoot = () => debianRoot({ name: 'file-server', release: 13, packages, setup });
