/** A terminal gets aligned tables, colour and relative times; anything else gets TSV without header, and ISO times. */

import { cleanLine } from './format/clean.ts';
import { relativeTime } from './format/relative-time.ts';
import { shortHashes } from './format/short-hashes.ts';
import type { ShownStatus } from './format/status.ts';
import { STATUSES } from './format/status.ts';
import { paint } from './format/style.ts';
import type { Io } from './io.ts';

/** Text with hashes in it, which people see cut, and `most` letters of it. */
export type Hashes = { hash: string; most?: number };

/** A field of a row; undefined is empty. */
export type Cell = string | number | Date | { status: ShownStatus } | Hashes | undefined;

export type Row = {
  cells: readonly Cell[];
  /** A line below the row, for terminals only: the command that comes next. */
  next?: string;
};

export type Show = { io: Io; now: () => number };

const GAP = '  ';

/** Rows under their titles. `cut`: the last column takes only what the terminal has left. */
export function printTable(
  show: Show,
  titles: readonly string[],
  rows: readonly Row[],
  last: 'cut' | 'whole' = 'cut',
): void {
  const { io } = show;
  if (!io.isTTY)
    return printLines(
      io,
      rows.map(({ cells }) => cells.map(plainCell).join('\t')),
    );
  const texts = rows.map(({ cells }) => cells.map((cell) => textOf(cell, show.now())));
  const widths = titles.map((title, column) =>
    Math.max(...[title, ...texts.map((row) => row[column] ?? '')].map(width)),
  );
  const head = paint(io, 'dim', alignLine(titles, widths));
  printLines(io, [
    head,
    ...rows.flatMap(({ cells, next }, index) => [
      printRow(last === 'cut' ? io : { ...io, columns: 0 }, cells, texts[index] ?? [], widths),
      ...(next === undefined ? [] : [`${GAP}${paint(io, 'bold', `→ ${next}`)}`]),
    ]),
  ]);
}

/** One thing, a line for each of its fields; empty ones are left out for people and kept for programs. */
export function printFields(show: Show, fields: readonly (readonly [string, Cell])[]): void {
  const { io } = show;
  if (!io.isTTY)
    return printLines(
      io,
      fields.map(([name, cell]) => `${name}\t${plainCell(cell)}`),
    );
  const given = fields.filter(([, cell]) => cell !== undefined && cell !== '');
  const longest = Math.max(0, ...given.map(([name]) => width(name)));
  printLines(
    io,
    given.map(
      ([name, cell]) => `${paint(io, 'dim', pad(name, longest))}${GAP}${dye(io, cell, textOf(cell, show.now()))}`,
    ),
  );
}

/** The one documented object of a command. */
export function printJson(io: Io, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, io.isTTY ? 2 : undefined)}\n`);
}

/** What a command did or would do: a sentence for people, fields for programs, or the documented object. */
export type Outcome = { line: string; fields: readonly string[]; json: unknown; next?: string };

export function printOutcome(io: Io, { line, fields, json, next }: Outcome, form: 'json' | 'usual'): void {
  if (form === 'json') return printJson(io, json);
  if (!io.isTTY) return printLines(io, [fields.map(cleanLine).join('\t')]);
  printLines(io, [cleanLine(line)]);
  if (next !== undefined) note(io, `→ ${next}`);
}

export function printLines(io: Io, lines: readonly string[]): void {
  if (lines.length > 0) io.stdout.write(`${lines.join('\n')}\n`);
}

/** A message for the person in front, never data. */
export function note(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

/** For people: a status with its symbol, a time as a distance, hashes cut. */
function textOf(cell: Cell, now: number): string {
  if (cell instanceof Date) return relativeTime(cell.getTime(), now);
  if (typeof cell !== 'object') return plainCell(cell);
  return 'hash' in cell
    ? cut(shortHashes(plainCell(cell)), cell.most ?? Number.POSITIVE_INFINITY)
    : `${STATUSES[cell.status].symbol} ${cell.status}`;
}

function plainCell(cell: Cell): string {
  if (cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'object') return cleanLine(String(cell));
  return 'hash' in cell ? cleanLine(cell.hash) : cell.status;
}

/** A status in its colour; `text` is already aligned. */
function dye(io: Io, cell: Cell, text: string): string {
  const isStatus = typeof cell === 'object' && 'status' in cell;
  return isStatus ? paint(io, STATUSES[cell.status].style, text) : text;
}

function printRow(io: Io, cells: readonly Cell[], texts: readonly string[], widths: readonly number[]): string {
  const last = texts.length - 1;
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, 0);
  const room = io.columns > before + 10 ? io.columns - before : Number.POSITIVE_INFINITY;
  const parts = texts.map((text, column) => {
    const shown = column === last ? cut(text, room) : pad(text, widths[column] ?? 0);
    return dye(io, cells[column], shown);
  });
  return parts.join(GAP).trimEnd();
}

function alignLine(texts: readonly string[], widths: readonly number[]): string {
  return texts
    .map((text, column) => pad(text, widths[column] ?? 0))
    .join(GAP)
    .trimEnd();
}

function width(text: string): number {
  return letters(text).length;
}

function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)));
}

function cut(text: string, room: number): string {
  const all = letters(text);
  return all.length <= room ? text : `${all.slice(0, room - 1).join('')}…`;
}

function letters(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
