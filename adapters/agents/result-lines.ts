import { z } from 'zod';
import type { Usage } from '../../domain/run.ts';
import { addedUsage, NO_USAGE } from '../../domain/run.ts';
import { createLines } from './lines.ts';

const MOST_BYTES = 65_536;
const OPENING_BRACE = 0x7b;
const OURS = /^\s*\{\s*"(usage|quota|session)"/;
/** Wherever it stands: an agent's own lines name the session beside much else. */
const NAMES_SESSION = /"(?:thread_id|session_id|sessionID)"/;
/** It becomes an argument of a command: never an option, never a path. */
const SESSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const Count = z.number().nonnegative().max(1e12).catch(0).default(0);
const UsageLine = z.object({
  usage: z.object({ tokensIn: Count, tokensOut: Count, tokensCached: Count, usd: Count, turns: Count }),
});
const QuotaLine = z.object({ quota: z.object({ until: z.number().positive().optional().catch(undefined) }) });
const SessionLine = z
  .union([
    z.object({ session: z.string() }).transform(({ session }) => session),
    z.object({ type: z.string(), thread_id: z.string() }).transform((line) => line.thread_id),
    z.object({ type: z.string(), session_id: z.string() }).transform((line) => line.session_id),
    z.object({ type: z.string(), sessionID: z.string() }).transform((line) => line.sessionID),
  ])
  .pipe(z.string().regex(SESSION));

/**
 * What an agent has said about its run so far, in lines of JSON:
 * `{"usage":{tokensIn,tokensOut,tokensCached,usd,turns}}`, each line what was used since the one before;
 * `{"quota":{"until":<ms since the epoch>}}`, the last counts, `until` may be missing;
 * `{"session":"<id>"}`, or a line with `type` and `thread_id`, `session_id` or `sessionID`; the first counts.
 */
export type Said = { usage: Usage; quota?: { until?: number }; session?: string };

export type ResultReader = {
  add(chunk: Buffer): void;
  /** The output has ended. */
  end(): void;
  said(): Said;
};

/** Reads while the agent runs; `onUsage` is called with every sum. */
export function createResultReader(onUsage: (usage: Usage) => void): ResultReader {
  let said: Said = { usage: NO_USAGE };
  const lines = createLines(MOST_BYTES, (line) => {
    if (line.find((byte) => byte > 0x20) !== OPENING_BRACE) return;
    read(line.toString('utf8'));
  });

  function read(line: string): void {
    const ours = OURS.test(line);
    if (!ours && (said.session !== undefined || !NAMES_SESSION.test(line))) return;
    const value = json(line);
    const usage = UsageLine.safeParse(value);
    const quota = QuotaLine.safeParse(value);
    if (usage.success) spend({ ...usage.data.usage, durationMs: 0 });
    if (quota.success) {
      const { until } = quota.data.quota;
      said = { ...said, quota: until === undefined ? {} : { until } };
    }
    const session = said.session ?? SessionLine.safeParse(value).data;
    if (session !== undefined) said = { ...said, session };
  }

  function spend(usage: Usage): void {
    said = { ...said, usage: addedUsage(said.usage, usage) };
    onUsage(said.usage);
  }

  return { ...lines, said: () => said };
}

/** An agent's output without the lines that are for us. */
export function withoutResultLines(output: string): string {
  return output
    .split('\n')
    .filter((line) => !isResultLine(line))
    .join('\n');
}

function isResultLine(line: string): boolean {
  if (!OURS.test(line) || line.length > MOST_BYTES) return false;
  const value = json(line);
  return [UsageLine, QuotaLine, SessionLine].some((kind) => kind.safeParse(value).success);
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
