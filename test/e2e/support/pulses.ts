/** What the agents of test/fixtures/agents/pulse.mjs wrote while they lived. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../../support/wait-for.ts';
import type { Volume } from './volume.ts';

const LONG_MS = 90_000;

/** Names in the order of their lines: `<key>-<n>` for the nth start of a task's agent. */
export async function pulses({ script }: Pick<Volume, 'script'>): Promise<{ name: string; who: string }[]> {
  const text = await readFile(join(script, 'pulse.log'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ name: line.split(' ')[0] ?? '', who: line.split(' ')[1] ?? '' }));
}

/** Waits until the agent and its child have each written something from now on. */
export async function isAtWork(volume: Pick<Volume, 'script'>, name: string): Promise<void> {
  const seen = (await pulses(volume)).length;
  await waitFor(
    async () => {
      const later = (await pulses(volume)).slice(seen).filter((line) => line.name === name);
      return ['agent', 'child'].every((one) => later.some(({ who }) => who === one));
    },
    `${name} to work`,
    LONG_MS,
  );
}

/** Lines that an earlier start of the task wrote after a later one's first. */
export async function lateLines(volume: Pick<Volume, 'script'>, earlier: string, later: string): Promise<string[]> {
  const names = (await pulses(volume)).map(({ name }) => name);
  const first = names.indexOf(later);
  if (first < 0 || !names.includes(earlier)) throw new Error(`${earlier} and ${later} did not both work`);
  return names.slice(first).filter((name) => name === earlier);
}
