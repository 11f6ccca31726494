import { z } from 'zod';
import type { Usage } from '../../domain/run.ts';
import { NO_USAGE } from '../../domain/run.ts';

const MOST_CHARACTERS = 65_536;

const Count = z.number().nonnegative().catch(0).default(0);
const UsageLine = z.object({
  usage: z.object({ tokensIn: Count, tokensOut: Count, tokensCached: Count, usd: Count, turns: Count }),
});
const QuotaLine = z.object({ quota: z.object({ until: z.number().positive() }) });

/** What an agent says about its run in lines of JSON, and its output without those lines. */
export type ResultLines = { usage: Usage; quotaUntil: number | undefined; rest: string };

/**
 * Reads `{"usage":{tokensIn,tokensOut,tokensCached,usd,turns}}` and `{"quota":{"until":<ms since the epoch>}}`; the last
 * of each counts. `durationMs` is what was measured.
 */
export function readResultLines(output: string, durationMs: number): ResultLines {
  let usage: Usage = { ...NO_USAGE, durationMs };
  let quotaUntil: number | undefined;
  const rest = output.split('\n').filter((line) => {
    const value = json(line);
    const spent = UsageLine.safeParse(value);
    const quota = QuotaLine.safeParse(value);
    if (spent.success) usage = { ...spent.data.usage, durationMs };
    if (quota.success) quotaUntil = quota.data.quota.until;
    return !spent.success && !quota.success;
  });
  return { usage, quotaUntil, rest: rest.join('\n') };
}

function json(line: string): unknown {
  if (!/^\s*\{"(usage|quota)"/.test(line) || line.length > MOST_CHARACTERS) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
