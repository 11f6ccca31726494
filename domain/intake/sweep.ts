/** What a sweep is asked for, and what its answer changes. */

import { withDigestAhead } from './digest.ts';
import { isTask } from './incident.ts';
import { withNudges } from './nudges.ts';
import { forget, onOpen } from './open-runs.ts';
import { roomOf } from './plan.ts';
import type { ChangedCard, IntakeState, SweepFound, SweepInput, TaskNudge, Waiting } from './state.ts';
import { onFound } from './webhook-health.ts';

export function askSweep(state: IntakeState, at: number): SweepInput {
  const { project, watermark, overlap, recheck, policy, lastFullAt } = state;
  const open = Object.keys(state.open);
  const full = watermark !== undefined && (lastFullAt === undefined || at >= lastFullAt + (policy?.fullSweepMs ?? 0));
  const witnesses = state.incidents.flatMap(({ seenBy }) => seenBy).filter(isTask);
  return {
    project,
    wokenBy: state.asked?.by ?? 'timer',
    ...(watermark === undefined ? {} : { watermark }),
    overlap,
    ...(full ? { full: { known: [...open, ...state.waiting.map(({ key }) => key)] } } : {}),
    check: [...new Set([...(full || waitsForRoom(state) ? open : []), ...(full ? witnesses : [])])],
    recheck,
  };
}

/** Who asked is answered by the sweep that begins; who asks from now on is answered by the next. */
export function onSweepBegun(state: IntakeState, at: number): IntakeState {
  const { asked: _answered, ...rest } = state;
  return { ...rest, triedAt: at };
}

export function onSwept(state: IntakeState, input: SweepInput, found: SweepFound, at: number): IntakeState {
  const began = state.triedAt ?? at;
  const swept: IntakeState = {
    ...state,
    policy: found.policy,
    pass: 'working',
    lastSweepAt: at,
    nextSweepAt: began + found.policy.sweepMs,
  };
  const read = found.listing === 'none' ? swept : onRead(swept, input, found, at);
  return withDigestAhead(read, at);
}

function onRead(state: IntakeState, input: SweepInput, found: SweepFound, at: number): IntakeState {
  const rechecked = new Set(input.recheck);
  const told = onFound(state, input.wokenBy, input.watermark === undefined ? 0 : noticed(state, found), at);
  let next: IntakeState = {
    ...told,
    ...(found.watermark === undefined ? {} : { watermark: found.watermark }),
    overlap: found.overlap,
    recheck: told.recheck.filter((key) => !rechecked.has(key)),
    ...(found.listing === 'full' ? { lastFullAt: at } : {}),
  };
  for (const key of found.ended) next = forget(next, key, at);
  for (const { key, run, role } of found.open) next = onOpen(next, key, run, role);
  return onCards(next, found, input.wokenBy === 'timer' ? 'sweep' : 'tracker', at);
}

/** Cards that somebody moved, or that entered: what a webhook should have told. */
function noticed(state: IntakeState, { changed }: SweepFound): number {
  const waiting = new Set(state.waiting.map(({ key }) => key));
  const isNew = ({ key, role }: ChangedCard): boolean => {
    if (key in state.open) return role !== state.roles[key];
    return waiting.has(key) !== (role === 'entry');
  };
  return changed.filter((card) => card.changedBy === 'somebody' && isNew(card)).length;
}

function onCards(state: IntakeState, found: SweepFound, source: TaskNudge['source'], at: number): IntakeState {
  const touched = new Set([...found.changed.map(({ key }) => key), ...found.gone]);
  const { open } = state;
  const entering = found.changed.filter(({ key, role }) => role === 'entry' && !(key in open));
  const since = new Map(state.waiting.map((item) => [item.key, item.since]));
  const kept = state.waiting
    .filter(({ key }) => !touched.has(key) && !(key in open))
    .map((item) => unlessBlockerMoved(item, touched, found.listing));
  const moved = found.changed.filter(({ key }) => key in open);
  const nudged = [...moved.filter(({ changedBy }) => changedBy === 'somebody').map(({ key }) => key), ...found.gone];
  return {
    ...state,
    waiting: [...kept, ...entering.map((card) => toWaiting(card, since.get(card.key) ?? at))],
    roles: { ...state.roles, ...Object.fromEntries(moved.map(({ key, role }) => [key, role])) },
    toNudge: withNudges(
      state.toNudge,
      nudged.filter((key) => key in open).map((key) => ({ key, source })),
    ),
  };
}

function toWaiting({ key, title, priority, blockedBy }: ChangedCard, since: number): Waiting {
  return { key, title, priority, blockedBy, since };
}

/** A blocker that changed may be done; an hourly look makes up for one whose change was not seen. */
function unlessBlockerMoved(item: Waiting, touched: Set<string>, listing: SweepFound['listing']): Waiting {
  if (item.why?.kind !== 'blocked') return item;
  if (listing !== 'full' && !item.why.by.some((key) => touched.has(key))) return item;
  const { why: _unknown, ...unblocked } = item;
  return unblocked;
}

function waitsForRoom(state: IntakeState): boolean {
  return roomOf(state) === 0 && state.waiting.some(({ why }) => why === undefined);
}
