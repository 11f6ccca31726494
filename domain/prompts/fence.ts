/** What people and agents wrote travels into prompts as data, never as instructions. */

const ESCAPE = String.fromCodePoint(0x1b);
const BELL = String.fromCodePoint(0x07);
/** Colours, cursor moves, window titles and links of terminals. */
const ESCAPE_SEQUENCES = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?)`,
  'g',
);

/** First and last code point of what a reader does not see: it could hide or reorder instructions. */
const HIDDEN: readonly (readonly [number, number])[] = [
  // Control characters, but for tab and newline.
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  // Marks without width or that turn the direction of writing; joiners stay, emoji need them.
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
  // Tags: a whole invisible alphabet.
  [0xe0000, 0xe007f],
];
const HIDDEN_CHARACTERS = new RegExp(`[${HIDDEN.map(([from, to]) => `${point(from)}-${point(to)}`).join('')}]`, 'gu');
const LINE_ENDS = /\r\n?|[\u2028\u2029]/g;

/** The text with one kind of line end and without anything a reader would not see. */
function plain(text: string): string {
  return text.replace(LINE_ENDS, '\n').replace(ESCAPE_SEQUENCES, '').replace(HIDDEN_CHARACTERS, '');
}

export function oneLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim();
}

/** The text as one line that cannot leave a pair of backticks. */
export function inline(text: string): string {
  return oneLine(text).replaceAll('`', "'");
}

/** The text cut to `most` characters inside a fence that is longer than any run of backticks in it. */
export function fence(label: string, text: string, most = 100_000): string {
  const clean = plain(text).trim();
  const kept = clean.length <= most ? clean : `${clean.slice(0, most)}\n[cut: ${clean.length - most} more characters]`;
  const longest = Math.max(2, ...Array.from(kept.matchAll(/`+/g), ([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}data ${inline(label)}\n${kept}\n${ticks}`;
}

function point(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
