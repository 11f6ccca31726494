/** All that a run left behind, as text to search in. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { execa } from 'execa';

export type Left = { where: string; text: string };

/** Every file under the folder, by its path. */
export async function filesIn(folder: string): Promise<Left[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  // What is removed meanwhile was somebody's temporary file.
  const read = async (where: string): Promise<Left> => ({
    where,
    text: await readFile(where, 'latin1').catch(() => ''),
  });
  return Promise.all(files.map(read));
}

/** Every object of the repository: git compresses them, so their files tell nothing. */
export async function objectsOf(repository: string): Promise<Left> {
  const args = ['cat-file', '--batch', '--batch-all-objects', '--unordered'];
  const { stdout } = await execa('git', args, { cwd: repository, encoding: 'latin1' });
  return { where: `objects of ${repository}`, text: stdout };
}

/** The histories of every run of the workflow, with their payloads decoded. */
export async function historiesOf(client: Client, workflowId: string): Promise<Left[]> {
  const left: Left[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    left.push({ where: `history of ${workflowId} (${runId})`, text: textsIn(history).join('\n') });
  }
  return left;
}

/** Every text in the value, bytes as the text they are; its own `toJSON` would say them in base64. */
function textsIn(value: unknown): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return typeof value === 'string' ? [value] : [];
}
