/** How setup and doctor print; what they find is tested beside `app/setup.ts` and `app/doctor.ts`. */

import { describe, expect, it } from 'vitest';
import type { ConfigRead } from '../../app/settings.ts';
import { conveyor } from './support.ts';

const LOADED = { kind: 'loaded', config: { projects: {} } } as unknown as ConfigRead;

describe('conveyor setup', () => {
  const modes: string[] = [];
  const given = {
    loadConfig: () => LOADED,
    setup: async ({ mode }: { mode: 'do' | 'would' }) => {
      modes.push(mode);
      return [
        { part: 'namespace demo', change: 'kept' as const, say: 'keeps closed tasks for 90 days' },
        { part: 'intake of DEMO', change: mode === 'do' ? ('changed' as const) : ('would' as const), say: 'start it' },
      ];
    },
  };

  it('shows each step, as a table, as TSV and as JSON', async () => {
    expect((await conveyor(['setup'], { ...given, tty: 'tty' })).stdout).toMatchInlineSnapshot(`
      "part            change   what
      namespace demo  kept     keeps closed tasks for 90 days
      intake of DEMO  changed  start it
      "
    `);
    expect((await conveyor(['setup'], given)).stdout).toBe(
      'namespace demo\tkept\tkeeps closed tasks for 90 days\nintake of DEMO\tchanged\tstart it\n',
    );
    const { stdout } = await conveyor(['setup', '--json'], given);
    expect(JSON.parse(stdout).steps[1]).toEqual({ part: 'intake of DEMO', change: 'changed', say: 'start it' });
  });

  it('only looks with --dry-run', async () => {
    modes.length = 0;
    const { stdout, exit } = await conveyor(['setup', '--dry-run'], given);
    expect([modes, exit]).toEqual([['would'], 0]);
    expect(stdout).toContain('would');
  });

  it('needs a configuration without problems', async () => {
    const { stderr, exit } = await conveyor(['setup'], { setup: given.setup });
    expect([stderr, exit]).toEqual([expect.stringContaining('the configuration has'), 2]);
  });
});

describe('conveyor doctor', () => {
  const ok = { check: 'Temporal', result: 'ok' as const, say: 'answers' };
  const warn = { check: 'workers', result: 'warn' as const, say: 'run differently', run: 'restart the older ones' };
  const fail = { check: 'namespace', result: 'fail' as const, say: 'there is none', run: 'conveyor setup' };
  const doctor = (...checks: (typeof ok | typeof warn | typeof fail)[]) => ({ doctor: async () => checks });

  it('prints one line for each check, with what helps', async () => {
    const { stdout, exit } = await conveyor(['doctor'], { ...doctor(ok, warn, fail), tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "ok    Temporal   answers
      warn  workers    run differently
            → restart the older ones
      fail  namespace  there is none
            → conveyor setup
      "
    `);
    expect(exit).toBe(1);
    expect((await conveyor(['doctor'], doctor(ok, warn))).stdout).toBe(
      'ok\tTemporal\tanswers\t\nwarn\tworkers\trun differently\trestart the older ones\n',
    );
  });

  it.each([
    ['ok', [ok], 0],
    ['warn', [ok, warn], 0],
    ['fail', [warn, fail, ok], 1],
  ] as const)('is %s for the worst of its checks', async (result, checks, code) => {
    const { stdout, exit } = await conveyor(['doctor', '--json'], doctor(...checks));
    expect([JSON.parse(stdout).result, exit]).toEqual([result, code]);
  });
});
