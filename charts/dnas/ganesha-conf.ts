import type { Dnas, InstanceShare } from '../../model/facts/dnas.ts';

/** Where ganesha keeps who had files open, so that they go on after its restart. */
export const ganeshaState = '/run/ganesha';

/** `ganesha.conf` of one board (ganesha-core-config(8), ganesha-export-config(8); ganesha 6.5 and 9.12). */
export function ganeshaConf({ owner, ports }: Dnas): string {
  return `NFS_CORE_PARAM {
  Protocols = 4;
  NFS_Port = ${ports.nfs};
  Enable_NLM = false;
  Enable_RQUOTA = false;
  Enable_UDP = false;
  # File handles name the file system, not the device: they hold when a disk comes back as another one.
  fsid_device = false;
  # Else the pod would need the capability SYS_RESOURCE.
  Allow_Set_Io_Flusher_Fail = true;
}

NFSV4 {
  Minor_Versions = 1, 2;
  # Seconds after a restart in which clients only take back what they had open; a lease must be shorter.
  Grace_Period = 20;
  Lease_Lifetime = 15;
  Only_Numeric_Owners = true;
  Delegations = false;
  RecoveryBackend = fs;
  RecoveryRoot = ${ganeshaState};
}

VFS {
  # It runs as the owner of all files and becomes nobody else.
  only_one_user = true;
}

MDCACHE {
  # Samba and Syncthing change the same folders: ask the disk for them each time.
  Use_Getattr_Directory_Invalidation = true;
  # What is kept in memory must fit into the limit.
  Entries_HWMark = 20000;
}

EXPORT_DEFAULTS {
  Access_Type = None;
  Protocols = 4;
  Transports = TCP;
  SecType = sys;
  Squash = All_Squash;
  Anonymous_Uid = ${owner.uid};
  Anonymous_Gid = ${owner.gid};
  # Seconds. With 0, changes of a folder would not be seen at all (measured with 6.5: the folder's list is then kept).
  Attr_Expiration_Time = 1;
}

LOG {
  Default_Log_Level = EVENT;
}
`;
}

/** The exports of shares, to follow `ganeshaConf`. */
export function ganeshaExports(shares: readonly InstanceShare[]): string {
  return shares.flatMap((share) => (share.nfs === null ? [] : [nfsExport(share, share.nfs)])).join('');
}

function nfsExport({ name, path }: InstanceShare, { exportId, clients, readOnly }: NonNullable<InstanceShare['nfs']>) {
  return `
EXPORT {
  Export_Id = ${exportId};
  Path = ${path};
  Pseudo = /${name};
  FSAL { Name = VFS; }
  CLIENT {
    Clients = ${clients.join(', ')};
    Access_Type = ${readOnly ? 'RO' : 'RW'};
    Protocols = 4;
  }
}
`;
}
