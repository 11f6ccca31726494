import { stringify } from 'yaml';
import { PortError } from '../../../activities/ports.ts';
import type { LocalEvent } from '../webhook/event.ts';
import { withLock } from '../store/lock.ts';
import { readText, writeText } from '../store/text-file.ts';
import type { Board } from './board-file.ts';
import { boardPath, DEFAULT_BOARD, readBoard, requireStates } from './board-file.ts';
import { formatNewCard, recordComment, recordMove } from './card-file.ts';
import { addCardFile, changeCard, projectFolder } from './card-folder.ts';
import type { Card } from './card.ts';

/** Told after each change that was written; must not throw. A lost one only costs a timer. */
export type Announce = (change: LocalEvent) => void | Promise<void>;

export type LocalBoardOptions = {
  /** Holds a folder per project. */
  root: string;
  /** Milliseconds since 1970. */
  now: () => number;
  announce: Announce;
};

/** What people do on a board. `by` is who does it, kept in the card's history. */
export type LocalBoard = {
  /** Makes the project's folder and `board.yaml`; an existing board stays as it is. */
  createBoard(create: { project: string; states?: Board['states'] }): Promise<void>;
  /** Returns the new card's key. It starts in `stateName`, or in the board's first state. */
  addCard(add: { project: string; title: string; body: string; by: string; stateName?: string }): Promise<string>;
  /** `same`: the card was already there and is left alone. Throws `Tracker.StateMissing` for an unknown state. */
  moveCard(move: { project: string; key: string; stateName: string; by: string }): Promise<'changed' | 'same'>;
  /** With a marker: `same` when a comment with it exists. */
  comment(comment: {
    project: string;
    key: string;
    text: string;
    by: string;
    marker?: string;
  }): Promise<'changed' | 'same'>;
};

/** A board of Markdown cards, safe under any number of processes at once. */
export function createLocalBoard({ root, now, announce }: LocalBoardOptions): LocalBoard {
  return {
    async createBoard({ project, states }) {
      const folder = projectFolder(root, project);
      await withLock(folder, async () => {
        const path = boardPath(folder);
        if ((await readText(path)) === undefined) await writeText(path, stringify(states ? { states } : DEFAULT_BOARD));
      });
    },

    async addCard({ project, title, body, by, stateName }) {
      if (title.trim() === '') throw new PortError('Tracker.NoTitle', 'A card needs a title.', 'config');
      const board = await readBoard(projectFolder(root, project));
      const to = stateName ?? board.states[0];
      requireStates(project, board, [to]);
      const at = now();
      const history = [{ at: iso(at), by, to }];
      const key = await addCardFile(root, project, (key) => formatNewCard({ key, title, state: to, history }, body));
      await announce({ event: 'card.added', project, key, by, at });
      return key;
    },

    async moveCard({ project, key, stateName, by }) {
      requireStates(project, await readBoard(projectFolder(root, project)), [stateName]);
      let at = now();
      const done = await changeCard(root, project, key, (file) => {
        if (file.card.state === stateName) return 'same';
        at = nextTime(file.card.history, now());
        recordMove(file, { at: iso(at), by, from: file.card.state, to: stateName });
        return 'changed';
      });
      if (done === 'changed') await announce({ event: 'card.moved', project, key, by, at });
      return done;
    },

    async comment({ project, key, text, by, marker }) {
      let at = now();
      const done = await changeCard(root, project, key, (file) => {
        const { comments } = file.card;
        if (marker !== undefined && comments.some((comment) => comment.marker === marker)) return 'same';
        at = nextTime(comments, now());
        const id = Math.max(0, ...comments.map((comment) => comment.id)) + 1;
        recordComment(file, { id, at: iso(at), by, ...(marker === undefined ? {} : { marker }), text });
        return 'changed';
      });
      if (done === 'changed') await announce({ event: 'comment.added', project, key, by, at });
      return done;
    },
  };
}

/** Times of one card rise even when the clock stands still or goes back: their order decides who moved it last. */
function nextTime(entries: Card['history'] | Card['comments'], now: number): number {
  const last = entries.at(-1);
  return last === undefined ? now : Math.max(now, Date.parse(last.at) + 1);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
