import { unknownName } from '../../domain/did-you-mean.ts';
import type { IntakeView } from '../../domain/intake/state.ts';
import { projectOf } from '../commands/arguments.ts';
import type { OpsDeps } from '../deps.ts';
import { NoTask, OpsError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { openProjects } from '../projects/projects.ts';

/** An item that has no task: it waits at the intake, or its card is somewhere else. */
export type ShownItem = {
  source: 'intake' | 'card';
  key: string;
  title: string;
  project: string;
  /** The card's state on its board; null when only the intake was asked. */
  state: string | null;
  sentence: string;
  place: number | null;
  priority: string | null;
  /** The command that goes on; null when it goes on by itself. */
  next: string | null;
};

/** Where an item without a task stands. Throws `OpsError` for a key that nobody knows. */
export async function findItem(key: string, deps: OpsDeps): Promise<ShownItem> {
  const project = projectOf(key);
  const read = await (await openProjects(deps)).intake(project);
  const view = read.kind === 'answered' ? read.view : undefined;
  const waiting = view?.waiting.find((one) => one.key === key);
  if (view && waiting) return fromIntake(waiting, view);
  const when =
    read.kind === 'answered'
      ? 'let in with the next sweep'
      : read.kind === 'recorded'
        ? 'let in when a worker is back'
        : 'not let in, because no intake runs: conveyor setup';
  return fromCard(key, when, deps);
}

function fromIntake(waiting: IntakeView['waiting'][number], view: IntakeView): ShownItem {
  const { key, title, place, priority, sentence, why } = waiting;
  return {
    source: 'intake',
    key,
    title,
    project: view.project,
    state: null,
    sentence: `place ${place} of ${view.waiting.length} at the intake: ${sentence}`,
    place,
    priority,
    next: why?.kind === 'frozen' ? `conveyor unfreeze ${view.project}` : null,
  };
}

async function fromCard(key: string, when: string, deps: OpsDeps): Promise<ShownItem> {
  const read = deps.loadConfig();
  if (read.kind === 'invalid') throw new NoTask(key);
  const { projects, file } = read.config;
  const name = projectOf(key);
  const project = Object.hasOwn(projects, name) ? projects[name] : undefined;
  if (!project) {
    const why = `${file}: ${unknownName('project', name, Object.keys(projects))}.`;
    throw new OpsError({ what: `There is no task ${key}.`, why, run: 'conveyor list --all', exit: EXIT.failed });
  }
  const card = await (await deps.boards()).card(name, key);
  if (!card) {
    const what = `There is no task ${key}, and no card ${key} on the board of ${name}.`;
    throw new OpsError({ what, run: 'conveyor list --all', exit: EXIT.failed });
  }
  const { entry } = project.states;
  const inside = card.stateName === entry;
  return {
    source: 'card',
    key,
    title: card.title,
    project: name,
    state: card.stateName,
    sentence: `${key} is in ${card.stateName}: ${inside ? when : `move it to ${entry} to start it`}`,
    place: null,
    priority: null,
    next: inside ? null : `conveyor board move ${key} "${entry}"`,
  };
}
