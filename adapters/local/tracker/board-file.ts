import { join } from 'node:path';
import { z } from 'zod';
import type { CardRole } from '../../../domain/card.ts';
import { DEFAULT_STATE_NAMES } from '../../../domain/card.ts';
import { PortError } from '../../../activities/ports.ts';
import { readText } from '../store/text-file.ts';
import { readYaml } from './yaml-source.ts';

/** The states that exist on a board, in the order of its columns; new cards start in the first. */
export type Board = { states: [string, ...string[]] };

const Board = z.object({ states: z.tuple([z.string().min(1)], z.string().min(1)) });

export const DEFAULT_BOARD: Board = { states: ['Backlog', ...Object.values(DEFAULT_STATE_NAMES)] };

export function boardPath(folder: string): string {
  return join(folder, 'board.yaml');
}

/** Reads `board.yaml`. Throws `Tracker.BoardMissing` or `Tracker.BadBoard`, both config. */
export async function readBoard(folder: string): Promise<Board> {
  const path = boardPath(folder);
  const text = await readText(path);
  if (text === undefined) {
    throw new PortError(
      'Tracker.BoardMissing',
      `There is no board at ${path}. Create the project's board first.`,
      'config',
    );
  }
  const read = readYaml(text, { firstLine: 1, schema: Board });
  if (read.kind === 'valid') return read.value;
  throw new PortError(
    'Tracker.BadBoard',
    `${path}:${read.line}:${read.column}: ${read.why}. Correct the board in an editor.`,
    'config',
  );
}

/** Throws `Tracker.StateMissing` with what exists when the board lacks one of the names. */
export function requireStates(project: string, board: Board, names: readonly string[]): void {
  const missing = names.filter((name) => !board.states.includes(name));
  if (missing.length === 0) return;
  throw new PortError(
    'Tracker.StateMissing',
    `The board of ${project} has no state ${quoted(missing)}; it has ${quoted(board.states)}. Add it to board.yaml or map another name.`,
    'config',
  );
}

/** The role a state's name is mapped to. */
export function roleOf(names: Record<CardRole, string>, stateName: string): CardRole | 'other' {
  const roles = Object.keys(names) as CardRole[];
  return roles.find((role) => names[role] === stateName) ?? 'other';
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
