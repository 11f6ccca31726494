import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FaultyServer } from '../../fakes/faulty-server.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Sends the message `a` of the topic `question` from a process that is killed when it was received, unrecorded. */
export async function sendAndDie(kind: 'telegram' | 'webhook', server: FaultyServer, path: string): Promise<void> {
  const before = server.asked.length;
  server.faults.push({ when: 'after', answer: 'hang' });
  const script = join(import.meta.dirname, 'programs/send.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, kind, server.url, path], { stdio: 'inherit' });
  const ended = once(child, 'close');
  await waitFor(() => server.asked.length > before, 'the message', 20_000);
  child.kill('SIGKILL');
  await ended;
}
