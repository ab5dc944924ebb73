export type Photos =
  | {
      readonly by: 'nextcloud';
      readonly share: string;
      /** In Nextcloud, of this person alone: two phones never write one name. */
      readonly folder: string;
    }
  | {
      readonly by: 'syncthing';
      readonly share: string;
      /** Whose camera it is. */
      readonly device: string;
    };
