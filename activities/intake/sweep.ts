import type { Listed } from '../../domain/card.ts';
import type { ChangedCard, SweepFound, SweepInput } from '../../domain/intake/state.ts';
import { eachOf } from './each-of.ts';
import type { IntakePorts } from './index.ts';
import { unlessBad } from './unless-bad.ts';

/** Longer than anybody reads in a queue; the task gets the whole title when it starts. */
const LONGEST_TITLE = 200;

/** Reads what changed since the last sweep: one request when nothing did. Changes nothing. */
export async function sweep(ports: IntakePorts, input: SweepInput): Promise<SweepFound> {
  const { project, wokenBy, watermark, overlap } = input;
  const policy = ports.policies.intake(project);
  const asked = wokenBy === 'webhook' || wokenBy === 'person';
  if (!asked && !ports.switches.on('CONVEYOR_INTAKE_SWEEP_ENABLED')) {
    const unread = { listing: 'none', overlap, changed: [], gone: [], ended: [], open: [] } as const;
    return { policy, ...unread, ...(watermark === undefined ? {} : { watermark }) };
  }
  if (watermark === undefined) return { policy, ...(await firstSweep(ports, project)) };
  return { policy, ...(await laterSweep(ports, { ...input, watermark })) };
}

type Found = Omit<SweepFound, 'policy'>;

/** Everything is listed, and Temporal says which of it has an open run already: the intake may have been started anew. */
async function firstSweep({ tracker, tasks }: IntakePorts, project: string): Promise<Found> {
  const { cards, watermark } = await tracker.changes(project);
  const alive = cards.filter(({ role }) => role !== 'done' && role !== 'cancelled');
  const runs = await eachOf(alive, async ({ key, role }) => ({ key, role, state: await tasks.state(key) }));
  return {
    listing: 'full',
    watermark,
    overlap: versionsOf(cards),
    changed: cards.filter(({ role }) => role === 'entry').map(toChanged),
    gone: [],
    ended: [],
    open: runs.flatMap(({ key, role, state }) => (state.kind === 'open' ? [{ key, role, run: state.run }] : [])),
  };
}

async function laterSweep(ports: IntakePorts, input: SweepInput & { watermark: string }): Promise<Found> {
  const { tracker } = ports;
  const { project, overlap, full } = input;
  const { cards, watermark } = await tracker.changes(project, input.watermark);
  const ended = await closedOf(ports, input.check);
  const all = full && (await tracker.changes(project)).cards;
  const changed = new Map(cards.filter(({ key, version }) => overlap[key] !== version).map((card) => [card.key, card]));
  const add = (card: Listed): void => {
    if (card.role === 'entry' && !changed.has(card.key)) changed.set(card.key, card);
  };
  const known = new Set(full?.known);
  all?.filter(({ key }) => !known.has(key)).forEach(add);
  for (const key of new Set([...input.recheck, ...ended])) {
    const card = cards.find((one) => one.key === key) ?? (await listedNow(ports, project, key));
    if (card) add(card);
  }
  return {
    listing: full ? 'full' : 'changes',
    watermark,
    overlap: versionsOf(cards),
    changed: [...changed.values()].map(toChanged),
    gone: all ? await goneOf(ports, project, missing(known, all)) : [],
    ended,
    open: [],
  };
}

/** Those whose newest run is closed, by Temporal's own word. */
async function closedOf({ tasks }: IntakePorts, keys: readonly string[]): Promise<string[]> {
  const states = await eachOf(keys, async (key) => ({ key, state: await tasks.state(key) }));
  return states.filter(({ state }) => state.kind !== 'open').map(({ key }) => key);
}

/** A card that did not change, as a listing would show it. */
async function listedNow({ tracker }: IntakePorts, project: string, key: string): Promise<Listed | undefined> {
  const item = await unlessBad(() => tracker.item(project, key));
  return item === undefined || item === 'unreadable' ? undefined : { ...item, version: '', changedBy: 'us' };
}

function missing(known: ReadonlySet<string>, all: readonly Listed[]): string[] {
  const listed = new Set(all.map(({ key }) => key));
  return [...known].filter((key) => !listed.has(key));
}

/** A listing may miss a card; the card itself tells whether it is there. */
async function goneOf({ tracker }: IntakePorts, project: string, keys: readonly string[]): Promise<string[]> {
  const gone: string[] = [];
  for (const key of keys) {
    if ((await unlessBad(() => tracker.item(project, key))) === undefined) gone.push(key);
  }
  return gone;
}

function versionsOf(cards: readonly Listed[]): Record<string, string> {
  return Object.fromEntries(cards.map(({ key, version }) => [key, version]));
}

function toChanged({ key, title, role, priority, blockedBy, changedBy }: Listed): ChangedCard {
  return { key, title: title.slice(0, LONGEST_TITLE), role, priority, blockedBy, changedBy };
}
