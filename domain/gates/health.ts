import type { Release } from '../subject.ts';
import type { Verdict } from '../verdict.ts';
import { fail, pass, pending } from '../verdict.ts';
import { shortDigest } from './say.ts';

/** What production answered at one moment. After a deployment, no answer is a red sample and not trouble. */
export type HealthSample = { at: number; state: 'good' | 'red'; say: string };

/** All samples since the promotion in a few numbers; carried by the task between looks. Times in milliseconds. */
export type HealthMemory = {
  /** The release all this is about; a memory of another one is void. */
  release: string;
  since: number;
  samples: number;
  /** The window is counted from here. */
  firstGoodAt?: number;
  redStreak: number;
  /** When the newest red sample was counted. */
  redAt?: number;
  last: HealthSample;
};

export type HealthEvidence = { release: Release; memory: HealthMemory };

/** `reds`: red samples in a row that are a fail before the window's end. */
export type HealthPolicy = { windowMs: number; reds: number };

/** Three red samples in a row take a release back without waiting for the window's end. */
export const REDS_IN_A_ROW = 3;

/** Passes when production answered with this release's digest and was healthy from then until the window's end. */
export function judgeHealth({ release, memory }: HealthEvidence, { windowMs, reds }: HealthPolicy): Verdict {
  const { last, redStreak, firstGoodAt, since, samples } = memory;
  const where = release.environment;
  if (memory.release !== releaseKey(release)) return pending(`a first sample of ${where}`);
  if (redStreak >= reds) return fail({ text: `${where} is red ${redStreak} times in a row: ${last.say}`, where });
  const end = (firstGoodAt ?? since) + windowMs;
  const over = last.at >= end;
  switch (last.state) {
    case 'red':
      if (over) return fail({ text: `${where} is red at the end of its health window: ${last.say}`, where });
      return pending(`${where} to recover, red ${redStreak} of ${reds} times: ${last.say}`, end);
    case 'good':
      if (over) return pass(`${where} is healthy with ${shortDigest(release.digest)}`, `${samples} samples`);
      return pending(`the health window of ${where} to pass with ${shortDigest(release.digest)}`, end);
  }
}

/** Reads one answer of the environment; undefined means that nothing answered. */
export function sampleOf(
  release: Release,
  running: { digest: string; health: 'healthy' | 'unhealthy' } | undefined,
  at: number,
): HealthSample {
  if (!running) return { at, state: 'red', say: 'nothing answers' };
  if (running.digest !== release.digest) {
    return { at, state: 'red', say: `it runs ${shortDigest(running.digest)}, not ${shortDigest(release.digest)}` };
  }
  if (running.health !== 'healthy') return { at, state: 'red', say: 'it answers, and says it is unhealthy' };
  return { at, state: 'good', say: 'healthy' };
}

/** The memory with one more sample. Red ones closer together than a tenth of the window (at most 5 s) count once. */
export function remember(
  old: HealthMemory | undefined,
  release: Release,
  sample: HealthSample,
  { windowMs }: HealthPolicy,
): HealthMemory {
  const key = releaseKey(release);
  const known: HealthMemory =
    old?.release === key ? old : { release: key, since: sample.at, samples: 0, redStreak: 0, last: sample };
  const next = { ...known, samples: known.samples + 1, last: sample };
  switch (sample.state) {
    case 'good':
      return { ...next, redStreak: 0, firstGoodAt: known.firstGoodAt ?? sample.at };
    case 'red': {
      // A storm of nudges looks many times within one hiccup; that must not take a release back.
      const spacing = Math.min(5_000, windowMs / 10);
      const sameHiccup = known.redStreak > 0 && known.redAt !== undefined && sample.at - known.redAt < spacing;
      return sameHiccup ? next : { ...next, redStreak: known.redStreak + 1, redAt: sample.at };
    }
  }
}

type Counted = { verdict: Verdict; health?: HealthMemory | undefined };

/**
 * A look is dated by when it was asked for, which never ends a window too soon. It may have waited for a worker, so the
 * first good answer begins the window only when it is here, at `at`.
 */
export function countedFrom(old: HealthMemory | undefined, { verdict, health }: Counted, at: number): Counted {
  const begins = health?.firstGoodAt;
  const known = old?.release === health?.release && old?.firstGoodAt !== undefined;
  if (!health || begins === undefined || known || at <= begins) return { verdict, health };
  const counted = { ...health, firstGoodAt: at };
  if (verdict.kind !== 'pending' || verdict.until === undefined) return { verdict, health: counted };
  return { verdict: { ...verdict, until: verdict.until + at - begins }, health: counted };
}

function releaseKey({ environment, digest, deployId }: Release): string {
  return `${environment}/${digest}/${deployId}`;
}
