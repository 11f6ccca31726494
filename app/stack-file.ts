import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { PortError } from '../activities/ports.ts';

/** What a running `conveyor dev` leaves for the other commands, readable by its owner only. */
export const StackFile = z.object({
  /** host:port. */
  temporalAddress: z.string(),
  namespace: z.string(),
  /** Of the Temporal Web UI; absent when there is none. */
  uiUrl: z.string().optional(),
  /** Of the webhook endpoint and the board. */
  apiUrl: z.string(),
  webhookSecret: z.string().min(1),
});
export type StackFile = z.infer<typeof StackFile>;

/** For its owner's eyes only: it holds the secret that signs webhooks. */
export async function writeStackFile(path: string, stack: StackFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await writeFile(path, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
}

export async function removeStackFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** undefined when nothing runs on this data folder. Throws `Stack.Unreadable` for a file that is not one of ours. */
export function readStackFile(path: string): StackFile | undefined {
  try {
    return StackFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const message = `${path} cannot be read as the record of a running stack. Remove it and start conveyor dev again.`;
    throw new PortError('Stack.Unreadable', message, 'config', { cause });
  }
}
