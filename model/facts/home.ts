export interface Home {
  readonly name: string;
  readonly domain: string;
  readonly timeZone: string;
  readonly admin: {
    readonly email: string;
    /** Public keys that new boards get. */
    readonly sshKeys: readonly string[];
  };
}
