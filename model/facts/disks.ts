export interface Disk {
  readonly name: string;
  readonly device: string;
  readonly purpose: 'dnas' | 'longhorn' | 'backup' | 'system';
  readonly mountPoint: string;
  /**
   * Name of the systemd unit that mounts it, and that services are bound to (`BindsTo=`, `After=`, `WantedBy=`): the
   * unit mounts this very disk and no other, and comes and goes with it.
   */
  readonly mountUnit: string;
  /** File systems that it may have, if homecloud finds one on it; it makes the first. */
  readonly fileSystems: readonly string[];
  readonly mountOptions: readonly string[];
  /** Of its root folder. `mode` in octal digits. */
  readonly owner: { readonly uid: number; readonly gid: number; readonly mode: string };
  /** Serial number of a disk that may be erased. */
  readonly erase: string | null;
}
