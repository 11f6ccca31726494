import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptFiles } from '../adapters/agents/attempt-files.ts';

/** One attempt's output on this machine; `attempt` is its idempotency key, e.g. `DEMO-1#1/analysis/1/work`. */
export type AgentLog = { attempt: string; path: string };

/** The logs of a task's attempts, oldest first. */
export async function agentLogsOf(root: string, key: string): Promise<AgentLog[]> {
  const names = await readdir(root).catch(() => []);
  const found = names.flatMap((name) => {
    const attempt = attemptOf(root, key, name);
    return attempt === undefined ? [] : [{ ...attempt, path: join(root, name) }];
  });
  return found.sort((a, b) => a.run - b.run || a.number - b.number).map(({ attempt, path }) => ({ attempt, path }));
}

/** A file's name only resembles the attempt; the hash in it tells whether it is this one. */
function attemptOf(
  root: string,
  key: string,
  name: string,
): { attempt: string; run: number; number: number } | undefined {
  if (!name.startsWith(`${key}-`)) return undefined;
  const [, run, stage, number] = /^(\d+)-(.+)-(\d+)-work-[0-9a-f]{8}\.log$/.exec(name.slice(key.length + 1)) ?? [];
  if (run === undefined || stage === undefined || number === undefined) return undefined;
  const attempt = `${key}#${run}/${stage}/${number}/work`;
  if (attemptFiles(root, attempt).log !== join(root, name)) return undefined;
  return { attempt, run: Number(run), number: Number(number) };
}
