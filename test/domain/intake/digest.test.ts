import { describe, expect, it } from 'vitest';
import type { DigestLine } from '../../../domain/intake/digest.ts';
import { digestDue, digestText, nextDigestAt, onDigest, withDigestAhead } from '../../../domain/intake/digest.ts';
import { next } from '../../../domain/intake/plan.ts';
import { HOUR, intake, MINUTE, NOON, settings } from './states.ts';

const DAY = 24 * HOUR;
const at = (digestHour: number, lastDigest?: string) =>
  intake({
    policy: { sweepMs: DAY, fullSweepMs: DAY, digestHour },
    nextSweepAt: NOON + 10 * DAY,
    ...(lastDigest === undefined ? {} : { lastDigest }),
  });
const line = (n: number): DigestLine => ({
  key: `DEMO-${n}`,
  status: 'asking',
  sentence: `question ${n}: approve?`,
  since: NOON - 50 * HOUR,
});

describe('the digest', () => {
  it.each([
    ['before the hour, of the day before', 13, '2026-01-29', '2026-01-30'],
    ['at the hour', 12, '2026-01-30', '2026-01-31'],
    ['after the hour', 8, '2026-01-30', '2026-01-31'],
    ['after days without one, only of the last', 8, '2026-01-02', '2026-01-31'],
  ])('is due %s', (_when, hour, last, day) => {
    expect(digestDue(at(hour, last), NOON)).toBe(day);
    expect(next(at(hour, last), settings, NOON)).toEqual({ kind: 'digest', day });
    expect(digestDue(onDigest(at(hour, last), day), NOON)).toBeUndefined();
  });

  it.each([
    ['before its hour', 13, '2026-01-30', NOON + HOUR],
    ['when it was sent', 12, '2026-01-31', NOON + DAY],
  ])('is not due %s, and the wait ends when it is', (_when, hour, last, due) => {
    expect(digestDue(at(hour, last), NOON)).toBeUndefined();
    expect(nextDigestAt(at(hour, last), NOON)).toBe(due);
    expect(next(at(hour, last), settings, NOON)).toEqual({ kind: 'wait', until: due });
    expect(next(at(hour, last), settings, due)).toMatchObject({ kind: 'digest' });
  });

  it('is never due without an hour, and an intake that starts after the hour begins tomorrow', () => {
    expect(nextDigestAt(intake(), NOON)).toBeUndefined();
    const started = withDigestAhead(at(8), NOON);
    expect(digestDue(started, NOON)).toBeUndefined();
    expect(digestDue(started, NOON + DAY)).toBe('2026-02-01');
  });

  it('says each task with how long it waits, and the command that helps', () => {
    expect(digestText('DEMO', [line(3), line(1)], NOON)).toBe(
      [
        '2 tasks of DEMO wait for a person:',
        '- DEMO-3 (asking, 2 d 2 h): question 3: approve?',
        '- DEMO-1 (asking, 2 d 2 h): question 1: approve?',
        'What answers each of them: conveyor list',
      ].join('\n'),
    );
    expect(digestText('DEMO', [line(1)], NOON)).toContain('1 task of DEMO waits for a person:');
    expect(digestText('DEMO', [], NOON)).toBeUndefined();
  });

  it('stays short however many wait', () => {
    const many = Array.from({ length: 500 }, (_, n) => ({ ...line(n), sentence: 'x'.repeat(500) }));
    const text = digestText('DEMO', many, NOON + MINUTE) ?? '';
    expect(text).toContain('- and 460 more\n');
    expect(text.split('\n').every((one) => one.length <= 142)).toBe(true);
  });
});
