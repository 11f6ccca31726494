import { createLocalBoard } from '../adapters/local/tracker/board.ts';
import { readBoard } from '../adapters/local/tracker/board-file.ts';
import { projectFolder, readCard } from '../adapters/local/tracker/card-folder.ts';
import type { LocalEvent } from '../adapters/local/webhook/event.ts';
import { createWebhookSender } from '../adapters/local/webhook/sender.ts';

/** What people do on a local board from the command line; each change is announced to the running stack. */
export type Boards = {
  /** Returns the new card's key. */
  add(add: { project: string; title: string; body: string; by: string }): Promise<string>;
  move(move: { project: string; key: string; stateName: string; by: string }): Promise<'changed' | 'same'>;
  /** With a marker that a comment has already: `same`. */
  comment(comment: {
    project: string;
    key: string;
    text: string;
    by: string;
    marker: string;
  }): Promise<'changed' | 'same'>;
  /** Names of the board's columns, in order. */
  states(project: string): Promise<readonly string[]>;
  /** undefined when there is no such card. */
  card(project: string, key: string): Promise<{ title: string; stateName: string } | undefined>;
};

export type BoardsOptions = {
  root: string;
  /** Where changes are announced; undefined: nothing runs here. */
  hook: { url: string; secret: string } | undefined;
  /** Told in a sentence when a change could not be announced. */
  warn: (message: string) => void;
};

export function createBoards({ root, hook, warn }: BoardsOptions): Boards {
  const sender = hook && createWebhookSender({ ...hook, source: 'local-tracker', log: warn });
  const announce = async (event: LocalEvent): Promise<void> => {
    if (!sender) return warn('Conveyor does not run here; it finds the change once it does.');
    sender.send(event);
    await sender.settled();
  };
  const board = createLocalBoard({ root, now: Date.now, announce });
  return {
    add: (add) => board.addCard(add),
    move: (move) => board.moveCard(move),
    comment: (comment) => board.comment(comment),
    states: async (project) => (await readBoard(projectFolder(root, project))).states,
    card: async (project, key) => {
      const file = await readCard(root, project, key);
      return file && { title: file.card.title, stateName: file.card.state };
    },
  };
}
