import type { CardRole, CardSeen, Listed } from '../../../domain/card.ts';
import type { Item, Tracker } from '../../../activities/ports.ts';
import { PortError } from '../../../activities/ports.ts';
import type { LocalBoardOptions } from './board.ts';
import { createLocalBoard } from './board.ts';
import { readBoard, requireStates, roleOf } from './board-file.ts';
import type { CardFile } from './card-file.ts';
import { listChanged, projectFolder, readCard } from './card-folder.ts';

export type LocalTrackerOptions = LocalBoardOptions & {
  /** By project: the name each role's state has on its board. */
  stateNames: Record<string, Record<CardRole, string>>;
  /** Who we are in a card's history, e.g. `conveyor`. */
  ourActor: string;
  /** Told in one sentence about a card that does not parse while the others are listed. */
  onBadCard: (message: string) => void;
};

/** The tracker whose items are Markdown cards in a folder. */
export function createLocalTracker(options: LocalTrackerOptions): Tracker {
  const { root, ourActor } = options;
  const board = createLocalBoard(options);

  /** The project's names, each of them checked to exist on the board as it is now. */
  async function stateNames(project: string): Promise<Record<CardRole, string>> {
    const names = options.stateNames[project];
    if (!names) throw unknownProject(project, Object.keys(options.stateNames));
    requireStates(project, await readBoard(projectFolder(root, project)), Object.values(names));
    return names;
  }

  return {
    async changes(project, since) {
      const names = await stateNames(project);
      const changed = await listChanged(root, project, since);
      const cards: Listed[] = [];
      for (const { key, version } of changed.files) {
        const file = await readUnlessBad(root, project, key, options.onBadCard);
        if (file) cards.push(toListed(file, names, version, ourActor));
      }
      return { cards, watermark: changed.watermark };
    },

    async item(project, key) {
      const names = await stateNames(project);
      const file = await readCard(root, project, key);
      return file && toItem(file, names);
    },

    async look(project, key) {
      const names = await stateNames(project);
      const file = await readCard(root, project, key);
      return file ? toSeen(file, names, ourActor) : { kind: 'gone' };
    },

    async move(project, key, role) {
      const names = await stateNames(project);
      await board.moveCard({ project, key, stateName: names[role], by: ourActor });
    },

    async comment(project, key, { marker, markdown }) {
      await board.comment({ project, key, text: markdown, by: ourActor, marker });
    },
  };
}

function toItem({ card, body }: CardFile, names: Record<CardRole, string>): Item {
  return {
    key: card.key,
    title: card.title,
    body: body.trim(),
    stateName: card.state,
    role: roleOf(names, card.state),
    priority: card.priority,
    blockedBy: card.blockedBy,
  };
}

function toListed(file: CardFile, names: Record<CardRole, string>, version: string, ourActor: string): Listed {
  const { body: _unread, ...item } = toItem(file, names);
  return { ...item, version, changedBy: newestBy(file) === ourActor ? 'us' : 'somebody' };
}

/**
 * Who moved it last: nothing is read from comments, and one of ours must not hide a person's move. Nobody when a person
 * changed the state in an editor, and the history does not say so.
 */
function newestBy({ card }: CardFile): string | undefined {
  const move = card.history.at(-1);
  return move?.to === card.state ? move.by : undefined;
}

function toSeen({ card }: CardFile, names: Record<CardRole, string>, ourActor: string): CardSeen {
  const last = card.history.at(-1);
  const ours = card.history.findLast(({ by }) => by === ourActor);
  const wroteAt = ours ? { wroteAt: Date.parse(ours.at) } : {};
  const seen = { kind: 'card', role: roleOf(names, card.state), stateName: card.state } as const;
  // A state changed in an editor has no history: an older move into the same state says nothing about this one.
  if (last?.to !== card.state) return { ...seen, ...wroteAt };
  return { ...seen, moved: { by: last.by, at: Date.parse(last.at), ours: last.by === ourActor }, ...wroteAt };
}

async function readUnlessBad(
  root: string,
  project: string,
  key: string,
  onBadCard: (message: string) => void,
): Promise<CardFile | undefined> {
  try {
    return await readCard(root, project, key);
  } catch (error) {
    if (!(error instanceof PortError) || error.type !== 'Tracker.BadCard') throw error;
    onBadCard(error.message);
    return undefined;
  }
}

function unknownProject(project: string, known: string[]): PortError {
  return new PortError(
    'Tracker.ProjectUnknown',
    `No state names are configured for project ${project}; projects are ${known.join(', ') || 'none'}.`,
    'config',
  );
}
