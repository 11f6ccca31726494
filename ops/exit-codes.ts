import type { TaskStatus } from '../domain/describe.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 4, pending: 8 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** As help and docs print them. */
export const EXIT_CODES: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'ok; the task works or is done'],
  [EXIT.failed, 'failed; the task was aborted, or the doctor found a failure'],
  [EXIT.usage, 'wrong usage, or conveyor.yaml has problems'],
  [EXIT.refused, 'Temporal or a worker cannot be reached, or the task refused'],
  [EXIT.pending, 'pending: the task waits, asks, is held or paused, or has yet to take what was sent'],
];

/** What `show` exits with, so that scripts can poll it. */
export function exitCodeOf(status: TaskStatus | 'trouble' | 'broken'): ExitCode {
  switch (status) {
    case 'working':
    case 'done':
      return EXIT.ok;
    case 'aborted':
    case 'broken':
      return EXIT.failed;
    case 'waiting':
    case 'trouble':
    case 'asking':
    case 'held':
    case 'paused':
      return EXIT.pending;
  }
}
