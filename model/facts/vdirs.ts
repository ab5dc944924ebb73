/** Contacts and calendars of a person as files of a share, an item each (the vdir storage format of pimutils). */
export interface Vdir {
  readonly person: string;
  readonly share: string;
  /** Folder of the share. */
  readonly folder: string;
  /** Of the disk that holds it, and the unit that mounts it. */
  readonly mountPoint: string;
  readonly mountUnit: string;
}
