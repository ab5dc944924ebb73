import type { Location } from './location.ts';

/** The config file cannot be loaded, for a reason that its author can mend: shown without a stack. */
export class LoadError extends Error {
  /** How to mend it. */
  readonly hint: string;
  /** Where, when it can be had. */
  readonly location: Location | undefined;

  constructor(message: string, hint: string, location?: Location) {
    super(message);
    this.name = 'LoadError';
    this.hint = hint;
    this.location = location;
  }
}
