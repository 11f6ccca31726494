/** What people see of the intake: the query, the Web UI's current details. */

import { shorten } from '../sentence.ts';
import { byWhom } from './freeze.ts';
import { lasted } from './lasted.ts';
import { byTurn } from './order.ts';
import { roomOf } from './plan.ts';
import type { IntakeState, IntakeView, WaitReason, Waiting } from './state.ts';

/** As many lines of the queue as fit a screen of the Web UI. */
const MOST_LINES = 20;

export function viewOf(state: IntakeState): IntakeView {
  const { freeze, policy, lastSweepAt } = state;
  return {
    project: state.project,
    waiting: queueOf(state),
    open: Object.keys(state.open).length,
    ...(policy?.wip === undefined ? {} : { wip: policy.wip }),
    ...(freeze ? { freeze } : {}),
    incidents: state.incidents,
    ...(state.owed.length === 0 ? {} : { untold: state.owed.map(({ text }) => text) }),
    webhooks: state.webhooks,
    stats: state.stats,
    ...(lastSweepAt === undefined ? {} : { lastSweepAt }),
    ...(state.nextSweepAt === 0 ? {} : { nextSweepAt: state.nextSweepAt }),
  };
}

/** In the order they will be let in; those whose run ended come last. */
function queueOf(state: IntakeState): IntakeView['waiting'] {
  const ended = ({ why }: Waiting): number => Number(why?.kind === 'ended');
  const sorted = state.waiting.toSorted((a, b) => ended(a) - ended(b) || byTurn(a, b));
  return sorted.map((item, index) => {
    const why = reasonOf(state, item);
    return { ...item, ...(why ? { why } : {}), place: index + 1, sentence: shorten(say(why, index)) };
  });
}

/** Why it is not let in yet; undefined when its turn is now. */
function reasonOf(state: IntakeState, { why }: Waiting): WaitReason | undefined {
  if (why?.kind === 'ended') return why;
  if (state.freeze) return { kind: 'frozen', by: state.freeze.by, reason: state.freeze.reason };
  if (why) return why;
  return roomOf(state) === 0 ? { kind: 'wip', limit: state.policy?.wip ?? 0 } : undefined;
}

function say(why: WaitReason | undefined, before: number): string {
  switch (why?.kind) {
    case undefined:
      return 'let in with the next sweep';
    case 'wip':
      return `waits for one of ${why.limit} ${why.limit === 1 ? 'place' : 'places'}; ${before === 0 ? 'it is next' : `${before} before it`}`;
    case 'frozen':
      return `waits: the project is frozen ${byWhom(why)}`;
    case 'blocked':
      return `waits until ${why.by.join(', ')} ${why.by.length === 1 ? 'is' : 'are'} done`;
    case 'ended':
      return `run ${why.run} has ended: to start run ${why.run + 1}, move the card out of this state and into it again`;
  }
}

/** Markdown for the Web UI, served while a worker answers. */
export function detailsOf(state: IntakeState, at: number): string {
  const view = viewOf(state);
  const limit = view.wip === undefined ? '' : ` of ${view.wip}`;
  const { drivenByWebhook, healedByTimer, started, done, aborted } = view.stats;
  const queue = view.waiting.slice(0, MOST_LINES);
  return [
    `**${view.open}${limit} tasks open, ${view.waiting.length} items wait**`,
    ...(view.freeze ? ['', `**Frozen** ${byWhom(view.freeze)}`] : []),
    '',
    `${started} started · ${done} done · ${aborted} aborted · ${drivenByWebhook} driven by webhooks · ${healedByTimer} healed by timers`,
    ...view.incidents.map(
      ({ number, integration, type, since }) =>
        `- incident ${number}: ${integration} is unwell (${type}) for ${lasted(at - since)}`,
    ),
    '',
    ...queue.map(({ place, key, priority, sentence }) => `${place}. ${key} (${priority}): ${sentence}`),
    ...(view.waiting.length > queue.length ? [`… and ${view.waiting.length - queue.length} more`] : []),
  ].join('\n');
}
