/** What people and agents wrote travels into prompts as data, never as instructions. */

import { visible } from './visible.ts';

const LONGEST_LINE = 1_000;

/** The text on one line, cut where no title ends. */
export function oneLine(text: string): string {
  const line = visible(text).replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST_LINE ? line : `${whole(line.slice(0, LONGEST_LINE))}…`;
}

/** The text as one line that cannot leave a pair of backticks. */
export function inline(text: string): string {
  return oneLine(text).replaceAll('`', "'");
}

/** The text cut to `most` characters inside a fence that is longer than any run of backticks in it. */
export function fence(label: string, text: string, most = 100_000): string {
  const clean = visible(text).trim();
  const kept =
    clean.length <= most ? clean : `${whole(clean.slice(0, most))}\n[cut: ${clean.length - most} more characters]`;
  const longest = Math.max(2, ...Array.from(kept.matchAll(/`+/g), ([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}data ${inline(label)}\n${kept}\n${ticks}`;
}

/** Without half a character at its end. */
function whole(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}
