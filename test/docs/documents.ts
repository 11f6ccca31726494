import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A Markdown file of ours; `path` is relative to the repository. */
export type Document = { path: string; text: string };

/** Trimmed cells, a row for each line of the table below its header. */
export type Table = { header: string[]; rows: string[][] };

export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** Every document that people read: those at the top and everything under `docs`. */
export function documents(): Document[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const below = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return [...top, ...below].map(readDocument);
}

/** The lines under a heading, up to the next heading of any level. Throws when there is no such heading. */
export function section({ path, text }: Document, heading: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`${path} has no heading "${heading}"`);
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** The tables in a piece of Markdown, in their order. */
export function tables(markdown: string): Table[] {
  const blocks = markdown.split(/\n(?!\|)/).map((block) => block.split('\n').filter((line) => line.startsWith('|')));
  return blocks.flatMap((lines) => {
    const [header, , ...rows] = lines.map(cells);
    return header === undefined ? [] : [{ header, rows }];
  });
}

/** The table whose first column is called so. Throws when there is none, or more than one. */
export function tableOf(document: Document, firstColumn: string): Table {
  const found = tables(document.text).filter(({ header }) => header[0] === firstColumn);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${document.path} has ${found.length} tables of "${firstColumn}", expected one`);
  }
  return only;
}

/** A cell written as code, without its backticks. */
export function code(cell: string | undefined): string {
  return (cell ?? '').replaceAll('`', '');
}

function cells(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
