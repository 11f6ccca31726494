import { basename } from 'node:path';
import type { Document } from 'yaml';
import { isSeq, stringify } from 'yaml';
import { z } from 'zod';
import { PortError } from '../../../activities/ports.ts';
import type { Comment, Move } from './card.ts';
import { Card } from './card.ts';
import { readYaml, YAML_STYLE } from './yaml-source.ts';

/** A card as it stands in its file. */
export type CardFile = {
  card: Card;
  /** The text below the front matter, byte for byte. */
  body: string;
  /** The front matter with a person's comments, order and unknown fields. */
  source: Document;
};

const FRONT_MATTER = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?\r?\n)---[ \t]*(?:\r?\n|$)/;

/** Reads `<KEY>.md`. Throws `Tracker.BadCard` in one sentence: file:line:column, what is wrong, what to do. */
export function parseCardFile(path: string, text: string): CardFile {
  const found = FRONT_MATTER.exec(text);
  if (!found) throw badCard(`${path}:1:1`, 'there is no front matter between two lines of "---"');
  const key = basename(path, '.md');
  // A copied file keeps the key of its original: two cards with one key would be one task.
  const schema = Card.extend({ key: z.literal(key, { error: `expected ${key}, like the file's name` }) });
  const yaml = readYaml(found[1] ?? '', { firstLine: 2, schema });
  if (yaml.kind === 'invalid') throw badCard(`${path}:${yaml.line}:${yaml.column}`, yaml.why);
  return { card: yaml.value, body: text.slice(found[0].length), source: yaml.source };
}

/** The file's text after a change of its front matter. */
export function formatCardFile({ source, body }: Pick<CardFile, 'source' | 'body'>): string {
  return `---\n${source.toString(YAML_STYLE)}---\n${body}`;
}

/** The text of a card nobody has edited yet. */
export function formatNewCard(card: Pick<Card, 'key' | 'title' | 'state' | 'history'>, body: string): string {
  const { key, title, state, history } = card;
  return `---\n${stringify({ key, title, state, history }, YAML_STYLE)}---\n\n${body.trim()}\n`;
}

/** Sets the state and records the move; nothing else of the card changes. */
export function recordMove({ source }: CardFile, move: Move): void {
  source.set('state', move.to);
  append(source, 'history', move);
}

export function recordComment({ source }: CardFile, comment: Comment): void {
  append(source, 'comments', comment);
}

function append(source: Document, field: 'history' | 'comments', entry: Move | Comment): void {
  const list = source.get(field);
  if (isSeq(list) && list.items.length > 0) {
    list.flow = false;
    list.add(source.createNode(entry));
  } else source.set(field, source.createNode([entry]));
}

function badCard(where: string, why: string): PortError {
  return new PortError(
    'Tracker.BadCard',
    `${where}: ${why}. Correct the card in an editor; Conveyor leaves it untouched until then.`,
    'config',
  );
}
