import type { Config } from '../config.ts';

export interface Hardening {
  readonly enabled: boolean;
  /** Variables of the DevSec roles that the admin sets, without the settings of the kernel: those are in the boards'. */
  readonly variables: Config['hardening']['variables'];
}
