import type { Environment } from '../../git/environment.ts';
import type { LocalEvent } from '../webhook/event.ts';

export type ChecksOptions = {
  /** The local forge's folder. */
  root: string;
  /** Distance between two looks, in milliseconds. */
  intervalMs: number;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Told of every result and of every head that moved; must not throw or wait. */
  announce: (event: LocalEvent) => void;
  /** Told in one sentence what could not be done. */
  log: (message: string) => void;
  /** Filtered by an allow-list; commands get no home and no credentials of ours. */
  env?: Environment;
};
