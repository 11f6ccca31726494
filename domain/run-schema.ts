/** An agent's run as it is kept beside its commit, and what another try has to know of a lost one. */

import { z } from 'zod';
import type { AgentRun, Usage } from './run.ts';
import { NO_USAGE } from './run.ts';

const Count = z.number().nonnegative();
const UsageSchema = z.object({
  tokensIn: Count,
  tokensOut: Count,
  tokensCached: Count,
  usd: Count,
  turns: Count,
  durationMs: Count,
});
const Finding = z.object({ text: z.string(), where: z.string().exactOptional() });
const Report = z.object({
  verdict: z.enum(['pass', 'fail', 'gave-up', 'needs-input']),
  summary: z.string(),
  findings: z.array(Finding),
  head: z.string(),
});
const Exit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('finished') }),
  z.object({ kind: z.literal('timed-out'), afterMs: z.number() }),
  z.object({ kind: z.literal('stalled'), idleMs: z.number() }),
  z.object({ kind: z.literal('no-progress'), forMs: z.number() }),
  z.object({ kind: z.literal('crashed'), detail: z.string() }),
  z.object({ kind: z.literal('over-limit'), detail: z.string() }),
  z.object({ kind: z.literal('over-budget'), detail: z.string() }),
  z.object({ kind: z.literal('quota'), until: z.number().exactOptional(), detail: z.string() }),
]);
const Record = z.object({
  exit: Exit,
  report: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('valid'), report: Report }),
    z.object({ kind: z.literal('invalid'), why: z.string() }),
  ]),
  start: z.string(),
  usage: UsageSchema,
  session: z.string().exactOptional(),
  log: z.string(),
});

/** What is known of a run besides what it left. */
export type RunRecord = Omit<AgentRun, 'head' | 'tree' | 'sideRef'>;

export function writeRecord(record: RunRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** undefined for what `writeRecord` did not write. */
export function readRecord(text: string): RunRecord | undefined {
  try {
    return Record.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const Lost = z.object({ usage: UsageSchema, session: z.string().exactOptional() });

/** What a lost try of the attempt had spent and how its agent calls the conversation, from its last heartbeat. */
export type LostTry = { usage: Usage; session?: string };

/** Nothing was spent when there was no earlier try, or it never said anything. */
export function readLostTry(heartbeat: unknown): LostTry {
  return Lost.safeParse(heartbeat).data ?? { usage: NO_USAGE };
}
