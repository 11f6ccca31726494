import type { CardSeen } from '../../domain/card.ts';
import type { Admission } from '../../domain/intake/state.ts';
import { isReopened } from '../../domain/intake/reopen.ts';
import type { RunState } from '../tasks-port.ts';
import type { IntakePorts } from './index.ts';
import { unlessBad } from './unless-bad.ts';

/** An item in the entry state whose turn it is. */
export type AdmitInput = { project: string; key: string; title: string; blockedBy: readonly string[] };

/**
 * Starts the item's first run, or the next one when a person moved the card into the entry state after the last ended.
 * Killed after the start and tried again it finds the run open, and starts none.
 */
export async function admit(ports: IntakePorts, input: AdmitInput): Promise<Admission> {
  const { tasks, tracker } = ports;
  const state = await tasks.state(input.key);
  switch (state.kind) {
    case 'open':
      return { kind: 'open', run: state.run };
    case 'none':
      return startUnlessBlocked(ports, input, 1);
    case 'closed': {
      const seen = await unlessBad(() => tracker.look(input.project, input.key));
      if (seen === 'unreadable' || seen.kind === 'gone' || seen.role !== 'entry') return { kind: 'left' };
      return mayReopen(seen, state)
        ? startUnlessBlocked(ports, input, state.run + 1)
        : { kind: 'ended', run: state.run };
    }
  }
}

function mayReopen({ moved, wroteAt }: CardSeen & { kind: 'card' }, closed: RunState & { kind: 'closed' }): boolean {
  return isReopened({ ...(moved ? { moved } : {}), ...(wroteAt === undefined ? {} : { wroteAt }) }, closed);
}

async function startUnlessBlocked(ports: IntakePorts, input: AdmitInput, run: number): Promise<Admission> {
  const { tasks } = ports;
  const by = await undone(ports, input);
  if (by.length > 0) return { kind: 'blocked', by };
  if ((await tasks.start(input.project, input, run)) === 'started') return { kind: 'started', run };
  const state = await tasks.state(input.key);
  return state.kind === 'open' ? { kind: 'open', run: state.run } : { kind: 'ended', run };
}

/** Blockers that are not done; one that does not exist blocks nothing, and no item blocks itself. */
async function undone({ tracker }: IntakePorts, { project, key, blockedBy }: AdmitInput): Promise<string[]> {
  const open: string[] = [];
  for (const blocker of new Set(blockedBy)) {
    if (blocker === key) continue;
    const item = await unlessBad(() => tracker.item(project, blocker));
    if (item === 'unreadable' || (item && item.role !== 'done')) open.push(blocker);
  }
  return open;
}
