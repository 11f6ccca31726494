import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../adapters/config/load-config.ts';
import type { Setting } from '../../app/worker-identity.ts';
import { formatIdentity, identityOf, parseIdentity, settingOf } from '../../app/worker-identity.ts';
import { compareWorkers } from '../../app/doctor/workers.ts';

function settingIn(env: Record<string, string> = {}): Setting {
  const read = loadConfig({ path: 'conveyor.example.yaml', env });
  if (read.kind === 'invalid') throw new Error(read.problems[0]?.message);
  return settingOf(read, '0.1.0');
}

describe('a worker’s identity', () => {
  it('reads back what was written, with and without switches that are off', () => {
    for (const off of [[], ['gate-timers'], ['gate-timers', 'notifications']]) {
      const given = { process: '1234@host', version: '0.1.0', off, config: 'ab12cd' };
      expect(parseIdentity(formatIdentity(given))).toEqual(given);
    }
    expect(formatIdentity({ process: '1234@host', version: '0.1.0', off: [], config: 'ab12cd' })).toBe(
      '1234@host v0.1.0 off=none cfg=ab12cd',
    );
  });

  it('is this process', () => {
    expect(parseIdentity(identityOf(settingIn()))?.process).toMatch(new RegExp(`^${process.pid}@`));
  });

  it.each(['1234@host', '', 'test', '1@h v0.1.0 off=none cfg=xyz'])('%j is not one of ours', (text) => {
    expect(parseIdentity(text)).toBe(undefined);
  });

  it('names the switches that are off, and changes with what is configured but not with where', () => {
    const usual = settingIn();
    expect(usual.off).toEqual([]);
    expect(settingIn({ CONVEYOR_DATA: '/elsewhere', CONVEYOR_API_PORT: '7500' })).toEqual(usual);
    expect(settingIn({ CONVEYOR_GATE_TIMERS_ENABLED: 'false' })).toEqual({ ...usual, off: ['gate-timers'] });
    expect(settingIn({ CONVEYOR_IMAGE_FRESHNESS_REPOS: 'orchard' }).config).not.toBe(usual.config);
  });
});

describe('workers compared', () => {
  const mine: Setting = { version: '0.1.0', off: [], config: 'ab12cd' };
  const pollers = (...identities: string[]) => identities.map((identity) => ({ identity, at: 1 }));
  const one = '1@a v0.1.0 off=none cfg=ab12cd';

  it.each([
    ['all alike', ['1@a v0.1.0 off=none cfg=ab12cd', '2@b v0.1.0 off=none cfg=ab12cd'], 'ok', 'all run alike'],
    ['one with a switch off', [one, '2@b v0.1.0 off=gate-timers cfg=ab12cd'], 'warn', 'off=gate-timers'],
    ['one of another version', [one, '2@b v0.2.0 off=none cfg=ab12cd'], 'warn', 'v0.2.0'],
    ['alike, but not like the configuration read here', ['1@a v0.1.0 off=none cfg=000000'], 'warn', 'cfg=000000'],
    ['one that does not say', [one, '9@old'], 'warn', '9@old'],
  ])('%s', (_what, identities, result, says) => {
    const check = compareWorkers(pollers(...identities), mine);
    expect(check.result).toBe(result);
    expect(check.say).toContain(says);
  });
});
