import type { TaskStatus } from '../../domain/describe.ts';
import type { VerdictKind } from '../../domain/verdict.ts';
import type { Style } from './style.ts';

/** `trouble`: waits because an integration is unwell. `broken`: the workflow was ended from outside. */
export type ShownStatus = TaskStatus | 'trouble' | 'broken';

/** By status; always printed with the word beside. */
export const STATUSES: Record<ShownStatus, { symbol: string; style: Style }> = {
  asking: { symbol: '?', style: 'magenta' },
  held: { symbol: '‖', style: 'yellow' },
  paused: { symbol: '‖', style: 'yellow' },
  trouble: { symbol: '!', style: 'red' },
  waiting: { symbol: '⧖', style: 'yellow' },
  working: { symbol: '▷', style: 'cyan' },
  done: { symbol: '✓', style: 'green' },
  aborted: { symbol: '✗', style: 'red' },
  broken: { symbol: '✗', style: 'red' },
};

/** By verdict, the same way. */
export const VERDICTS: Record<VerdictKind, { symbol: string; style: Style }> = {
  pass: { symbol: '✓', style: 'green' },
  waived: { symbol: '✓', style: 'yellow' },
  pending: { symbol: '⧖', style: 'yellow' },
  fail: { symbol: '✗', style: 'red' },
  inconclusive: { symbol: '?', style: 'yellow' },
  stale: { symbol: '↺', style: 'yellow' },
  asks: { symbol: '?', style: 'magenta' },
};

/** What waits for a person first. */
export const ORDER: readonly ShownStatus[] = Object.keys(STATUSES) as ShownStatus[];
