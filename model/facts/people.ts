import type { Photos } from './photos.ts';

export interface Person {
  readonly name: string;
  readonly uid: number;
  readonly fullName: string;
  readonly email: string | null;
  /** Bytes. */
  readonly quota: number | null;
  /** As Nextcloud calls it; `null`: everybody chooses. */
  readonly language: string | null;
  /** Of the home, and of Nextcloud. */
  readonly groups: readonly string[];
  readonly devices: readonly { readonly name: string; readonly syncthing: string }[];
  /** Where the pictures of their phone go; `null`: homecloud has no say in it. */
  readonly photos: Photos | null;
}
