import type { CardKnown, CardRole, CardSeen, Remark } from '../domain/card.ts';
import { isTaken } from '../domain/card.ts';
import type { TaskEnded } from '../domain/intake/state.ts';
import type { TaskSpec } from '../domain/state.ts';
import { nameStates } from '../domain/state-names.ts';
import { lookAtCard } from './look-at-card.ts';
import type { Notice } from './notify.ts';
import { tryToNotify } from './notify.ts';
import { PortError } from './ports.ts';
import type { Ports } from './ports.ts';

export type CardInput = {
  spec: TaskSpec;
  role: CardRole;
  notes: readonly Remark[];
  /** What is told besides, to people wherever they are. */
  notices?: readonly Notice[];
  /** What the task knows of the card: what somebody else has done since is not written over. */
  known?: CardKnown;
  /** With the last write of a task, which is made whatever the card shows. */
  ended?: TaskEnded;
};

/**
 * `taken`: somebody moved the card meanwhile, nothing was written and nobody was told. `owed`: the card is written,
 * and not all notices have been sent.
 */
export type CardAnswer =
  { kind: 'written'; notices: 'sent' | 'owed' | 'none' } | { kind: 'taken'; card: CardSeen & { kind: 'card' } };

export type CardPorts = Pick<Ports, 'tracker' | 'notifier' | 'switches' | 'policies' | 'tasks'>;

/** A tracker that writes whole rows may undo a write that another one overtakes. */
const MOST_MOVES = 3;

/**
 * A look first, so that nobody's move is written over; then notes, and the state last: once the card asks, everything
 * needed to answer is there. Each is found before it is made, so a second try makes only what is missing.
 */
export async function writeCard(ports: CardPorts, input: CardInput): Promise<CardAnswer> {
  const { spec, role, ended, known = {} } = input;
  const card = await lookAtCard(ports, spec);
  if (card.kind === 'card' && !ended && isTaken(card, known)) return { kind: 'taken', card };
  const notified = notify(ports, input);
  if (card.kind === 'card') {
    await comment(ports, input);
    await move(ports, input, role);
  }
  if (ended) await ports.tasks.ended(spec.project, ended);
  return { kind: 'written', notices: await notified };
}

async function notify(ports: CardPorts, { notices = [] }: CardInput): Promise<'sent' | 'owed' | 'none'> {
  if (notices.length === 0) return 'none';
  const sent = await Promise.all(notices.map((notice) => tryToNotify(ports, notice)));
  return sent.includes('owed') ? 'owed' : 'sent';
}

async function comment({ tracker, policies }: CardPorts, { spec, notes }: CardInput): Promise<void> {
  for (const { marker, markdown } of notes) {
    const named = nameStates(markdown, policies.states(spec.project));
    await tracker.comment(spec.project, spec.key, { marker, markdown: named });
  }
}

/** What people must see is read back. The way back to work is not: the next question writes the card again. */
async function move({ tracker }: CardPorts, { spec, ended }: CardInput, role: CardRole): Promise<void> {
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    await tracker.move(spec.project, spec.key, role);
    if (role === 'entry' || stands(await tracker.look(spec.project, spec.key), role)) return;
  }
  // A question is written again by the next look that misses it; after the last write nobody looks any more.
  if (!ended) return;
  const what = `${spec.key} was moved to ${role} ${MOST_MOVES} times and is not there`;
  throw new PortError('Tracker.Undone', `${what}; see who or what moves it back.`);
}

/** The card shows what was written, or somebody has moved it since. */
function stands(card: CardSeen, role: CardRole): boolean {
  if (card.kind === 'gone' || card.role === role) return true;
  const { moved, wroteAt } = card;
  return moved !== undefined && !moved.ours && wroteAt !== undefined && moved.at > wroteAt;
}
