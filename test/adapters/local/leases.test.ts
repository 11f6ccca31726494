import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Leases } from '../../../activities/ports.ts';
import { createLocalLeases } from '../../../adapters/local/leases.ts';

const LANE = { repo: 'demo/service', lane: 'release' };

let root: string;
let clock: number;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-leases-'));
  clock = 1_000;
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

/** As a newly started program sees them. */
function leases(): Leases {
  return createLocalLeases({ root, now: () => clock });
}

describe('take', () => {
  it('gives the time in milliseconds, or one more than the last where the clock stood still or went back', async () => {
    expect(await leases().take({ ...LANE, task: 'A' })).toBe(1_000);
    expect(await leases().take({ ...LANE, task: 'B' })).toBe(1_001);
    clock = 500;
    expect(await leases().take({ ...LANE, task: 'C' })).toBe(1_002);
    clock = 9_000;
    expect(await leases().take({ ...LANE, task: 'A' })).toBe(9_000);
  });

  it('gives a task that has the lane its own number again', async () => {
    const lease = await leases().take({ ...LANE, task: 'A' });
    clock = 9_000;
    expect(await leases().take({ ...LANE, task: 'A' })).toBe(lease);
  });

  it('never gives the same number to two tasks that ask at the same time', async () => {
    const tasks = Array.from({ length: 10 }, (_, n) => `T-${n}`);
    const taken = await Promise.all(tasks.map((task) => leases().take({ ...LANE, task })));
    expect(new Set(taken).size).toBe(10);
  });

  it('keeps lanes and repositories apart', async () => {
    await leases().take({ ...LANE, task: 'A' });
    expect(await leases().take({ ...LANE, lane: 'other', task: 'B' })).toBe(1_000);
    expect(await leases().take({ ...LANE, repo: 'demo', task: 'B' })).toBe(1_000);
  });

  it('says so when the record is damaged, instead of starting anew with a lower number', async () => {
    await leases().take({ ...LANE, task: 'A' });
    await writeFile(join(root, 'demo%2Fservice', 'release.json'), '{');
    await expect(leases().take({ ...LANE, task: 'B' })).rejects.toMatchObject({ type: 'Store.Invalid' });
  });
});

describe('release', () => {
  it('makes the next turn of the same task a new lease, and can be called twice', async () => {
    const lease = await leases().take({ ...LANE, task: 'A' });
    await leases().release({ ...LANE, task: 'A', lease });
    await leases().release({ ...LANE, task: 'A', lease });
    expect(await leases().take({ ...LANE, task: 'A' })).toBe(lease + 1);
  });

  it.each([
    ['another task', { task: 'B', lease: 1_000 }],
    ['an older turn', { task: 'A', lease: 999 }],
  ])('does nothing for %s', async (_what, release) => {
    const lease = await leases().take({ ...LANE, task: 'A' });
    await leases().release({ ...LANE, ...release });
    expect(await leases().take({ ...LANE, task: 'A' })).toBe(lease);
  });
});
