import { beforeEach, describe, expect, it } from 'vitest';
import type { AdmitInput, IntakeActivities } from '../../activities/intake/index.ts';
import { createIntakeActivities } from '../../activities/intake/index.ts';
import { PortError } from '../../activities/ports.ts';
import type { CardRole } from '../../domain/card.ts';
import type { SweepInput } from '../../domain/intake/state.ts';
import type { FakeWorld } from '../fakes/ports.ts';
import { createFakePorts } from '../fakes/ports.ts';

let world: FakeWorld;
let activities: IntakeActivities;

beforeEach(() => {
  const made = createFakePorts();
  world = made.world;
  activities = createIntakeActivities(made.ports);
});

type Moved = { by: string; ours: boolean };
const ADA: Moved = { by: 'ada', ours: false };

function put(key: string, role: CardRole | 'other', more: { blockedBy?: string[]; moved?: Moved } = {}): void {
  world.clock += 10;
  const { blockedBy = [], moved = ADA } = more;
  world.tracker.cards = world.tracker.cards.filter((card) => card.key !== key);
  const item = { key, title: `Title of ${key}`, body: '', stateName: role, role, blockedBy };
  world.tracker.cards.push({ ...item, moved: { ...moved, at: world.clock } });
}

/** The run of this key closes now. */
function close(key: string): void {
  world.clock += 10;
  world.closed.set(key, world.clock);
}

describe('a sweep', () => {
  const input: SweepInput = {
    project: 'DEMO',
    wokenBy: 'timer',
    watermark: '0',
    overlap: {},
    check: [],
    recheck: [],
  };
  const first: SweepInput = { project: 'DEMO', wokenBy: 'timer', overlap: {}, check: [], recheck: [] };

  /** The sweep after one that has seen everything so far. */
  async function seen(): Promise<SweepInput> {
    const { watermark = '', overlap } = await activities.sweep(first);
    world.clock += 10;
    world.calls.length = 0;
    return { ...input, watermark, overlap };
  }

  it('that finds nothing is one request and no question to Temporal, with a thousand tasks open', async () => {
    for (let n = 0; n < 1_000; n++) {
      put(`DEMO-${n}`, 'asking');
      world.started.push({ key: `DEMO-${n}`, title: '', run: 1 });
    }
    const next = await seen();
    const found = await activities.sweep(next);
    expect(found).toMatchObject({ listing: 'changes', changed: [], gone: [], ended: [], open: [] });
    expect(world.calls.filter((call) => /^(tracker|tasks)\./.test(call))).toEqual(['tracker.changes']);
    const later = { ...next, watermark: found.watermark ?? '', overlap: found.overlap };
    expect(JSON.stringify([later, await activities.sweep(later)]).length).toBeLessThan(600);
  });

  it('tells each change once, however often the listing shows it', async () => {
    const before = await seen();
    put('DEMO-1', 'entry');
    put('DEMO-2', 'blocked');
    const found = await activities.sweep(before);
    expect(found.changed.map(({ key, role, changedBy }) => `${key} ${role} ${changedBy}`)).toEqual([
      'DEMO-1 entry somebody',
      'DEMO-2 blocked somebody',
    ]);
    // The same listing once more, as after a watermark that reaches back.
    expect((await activities.sweep({ ...before, overlap: found.overlap })).changed).toEqual([]);
    put('DEMO-1', 'other');
    expect((await activities.sweep({ ...before, overlap: found.overlap })).changed).toMatchObject([{ key: 'DEMO-1' }]);
  });

  it('for the first time tells what stands in the entry state, and which runs are open already', async () => {
    put('DEMO-1', 'entry');
    put('DEMO-2', 'asking');
    put('DEMO-3', 'other');
    put('DEMO-4', 'done');
    world.started.push({ key: 'DEMO-2', title: '', run: 3 }, { key: 'DEMO-4', title: '', run: 1 });
    const found = await activities.sweep(first);
    expect(found.changed.map(({ key }) => key)).toEqual(['DEMO-1']);
    expect(found).toMatchObject({ listing: 'full', open: [{ key: 'DEMO-2', run: 3, role: 'asking' }] });
  });

  it('with a full listing tells what is gone, each looked for once, and what was overlooked', async () => {
    put('DEMO-1', 'entry');
    put('DEMO-2', 'entry');
    put('DEMO-3', 'asking');
    const before = await seen();
    world.tracker.cards = world.tracker.cards.filter(({ key }) => key !== 'DEMO-2');
    world.calls.length = 0;
    const found = await activities.sweep({ ...before, full: { known: ['DEMO-2', 'DEMO-3'] } });
    expect(found).toMatchObject({ listing: 'full', gone: ['DEMO-2'], changed: [{ key: 'DEMO-1', role: 'entry' }] });
    expect(world.calls.filter((call) => call.startsWith('tracker.'))).toEqual([
      'tracker.changes',
      'tracker.changes',
      'tracker.item',
    ]);
  });

  it('asks Temporal only about the runs it is told to check', async () => {
    world.started.push({ key: 'DEMO-1', title: '', run: 1 }, { key: 'DEMO-2', title: '', run: 1 });
    put('DEMO-1', 'entry');
    close('DEMO-1');
    const before = await seen();
    const found = await activities.sweep({ ...before, check: ['DEMO-1', 'DEMO-2', 'DEMO-9'] });
    expect(found.ended).toEqual(['DEMO-1', 'DEMO-9']);
    // Its card stands in the entry state still: somebody has to decide what becomes of it.
    expect(found.changed.map(({ key }) => key)).toEqual(['DEMO-1']);
  });

  it('looks once more at the cards of runs that ended, and tells only those in the entry state', async () => {
    put('DEMO-1', 'entry');
    put('DEMO-2', 'done');
    const before = await seen();
    world.clock += 10;
    const again = { ...before, watermark: String(world.clock), recheck: ['DEMO-1', 'DEMO-2', 'DEMO-3'] };
    expect((await activities.sweep(again)).changed.map(({ key }) => key)).toEqual(['DEMO-1']);
  });

  it.each(['tracker.item'])('is not held up by a card nobody can read (%s)', async (call) => {
    const before = await seen();
    world.trouble.set(call, new PortError('Tracker.BadCard', 'line 3 is no YAML', 'config'));
    const found = await activities.sweep({ ...before, full: { known: ['DEMO-1'] }, recheck: ['DEMO-2'] });
    expect(found).toMatchObject({ gone: [], changed: [] });
    world.trouble.set(call, new PortError('Tracker.Away', 'no answer'));
    await expect(activities.sweep({ ...before, full: { known: ['DEMO-1'] } })).rejects.toThrow('no answer');
  });

  it.each([
    ['timer', 'none'],
    ['task', 'none'],
    ['webhook', 'changes'],
    ['person', 'changes'],
  ] as const)('with its kill switch off, woken by a %s, lists %s', async (wokenBy, listing) => {
    world.off.add('CONVEYOR_INTAKE_SWEEP_ENABLED');
    put('DEMO-1', 'entry');
    const found = await activities.sweep({ ...input, wokenBy, overlap: { 'DEMO-9': '1' } });
    expect(found.listing).toBe(listing);
    expect(world.calls.includes('tracker.changes')).toBe(listing !== 'none');
    if (listing === 'none') expect(found).toMatchObject({ watermark: '0', overlap: { 'DEMO-9': '1' }, changed: [] });
    world.off.clear();
    expect((await activities.sweep({ ...input, wokenBy })).changed).toHaveLength(1);
  });
});

describe('letting an item in', () => {
  const item: AdmitInput = { project: 'DEMO', key: 'DEMO-1', title: 'Greet', blockedBy: [] };

  it('starts its first run without a request to the tracker; killed and tried again it starts none', async () => {
    put('DEMO-1', 'entry');
    expect(await activities.admit(item)).toEqual({ kind: 'started', run: 1 });
    expect(world.calls.filter((call) => call.startsWith('tracker.'))).toEqual([]);
    expect(await activities.admit(item)).toEqual({ kind: 'open', run: 1 });
    expect(world.started).toEqual([{ key: 'DEMO-1', title: 'Greet', run: 1 }]);
  });

  it('starts the next run once a person moved the card there again; tried again it starts none', async () => {
    await activities.admit(item);
    close('DEMO-1');
    put('DEMO-1', 'entry');
    expect(await activities.admit(item)).toEqual({ kind: 'started', run: 2 });
    expect(await activities.admit(item)).toEqual({ kind: 'open', run: 2 });
    expect(world.started.map(({ run }) => run)).toEqual([1, 2]);
  });

  it.each<[string, () => void, string]>([
    ['that nobody moved since', () => undefined, 'ended'],
    ['that we moved there', () => put('DEMO-1', 'entry', { moved: { by: 'conveyor', ours: true } }), 'ended'],
    ['that has left the entry state', () => put('DEMO-1', 'other'), 'left'],
    ['that is gone', () => world.tracker.cards.splice(0), 'left'],
  ])('revives no ended task %s', async (_which, happens, kind) => {
    put('DEMO-1', 'entry');
    await activities.admit(item);
    close('DEMO-1');
    happens();
    expect(await activities.admit(item)).toMatchObject({ kind });
    expect(world.started).toHaveLength(1);
  });

  it('waits for what blocks it, not for blockers that are done or deleted, and not for itself', async () => {
    put('DEMO-2', 'entry');
    put('DEMO-3', 'done');
    const blocked = { ...item, blockedBy: ['DEMO-1', 'DEMO-2', 'DEMO-2', 'DEMO-3', 'DEMO-4'] };
    expect(await activities.admit(blocked)).toEqual({ kind: 'blocked', by: ['DEMO-2'] });
    expect(world.started).toEqual([]);
    put('DEMO-2', 'done');
    expect(await activities.admit(blocked)).toEqual({ kind: 'started', run: 1 });
  });

  it('finds a run that somebody started at the same moment', async () => {
    const { ports } = createFakePorts();
    const answers = [{ kind: 'none' }, { kind: 'open', run: 1 }] as const;
    let asked = 0;
    const tasks = {
      ...ports.tasks,
      state: async () => answers[asked++] ?? answers[1],
      start: async () => 'exists' as const,
    };
    expect(await createIntakeActivities({ ...ports, tasks }).admit(item)).toEqual({ kind: 'open', run: 1 });
  });
});

describe('telling', () => {
  it('tasks reaches every one of them', async () => {
    const nudges = Array.from({ length: 25 }, (_, n) => ({ key: `DEMO-${n}`, source: 'tracker' as const }));
    await activities.nudgeTasks({ nudges });
    expect(world.nudged.toSorted()).toEqual(nudges.map(({ key }) => key).toSorted());
  });

  it('a person is told what waits for them, and nothing when nothing does', async () => {
    expect(await activities.digest({ project: 'DEMO', at: 60_000 })).toEqual({});
    world.waiting.push({ key: 'DEMO-1', title: '', status: 'held', sentence: 'held by ada', since: 0 });
    const { text } = await activities.digest({ project: 'DEMO', at: 60_000 });
    expect(text).toContain('- DEMO-1 (held, 1 min): held by ada\n');
  });
});
