/** What a person would see of a text: instructions that only the agent reads are how agents are led astray. */

const ESCAPE = String.fromCodePoint(0x1b);
const BELL = String.fromCodePoint(0x07);
/** Colours, cursor moves, window titles and links of terminals. */
const ESCAPE_SEQUENCES = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?)`,
  'g',
);
const LINE_ENDS = /\r\n?|[\u2028\u2029\u0085]/g;
/**
 * Controls but for tab and newline, halves of characters, and whatever has neither width nor ink: marks that turn the
 * direction of writing, fillers, tags, selectors of variants. Joiners and the emoji selector are looked at below.
 */
const HIDDEN =
  /(?!\t|\n|\u200c|\u200d|\ufe0f)(?:\p{Cc}|\p{Cs}|\p{Default_Ignorable_Code_Point}|\u2800|[\ufff9-\ufffb])/gu;
/** Emoji and several scripts need one of them between two characters; a row of them, or beside ASCII, spells a message. */
const JOINERS = /(?:\u200c|\u200d|\ufe0f)+/g;
const TAKES_JOINER = /\P{ASCII}/u;
/** Digits, `#` and `*` become keys on a keypad. */
const TAKES_SELECTOR = /\P{ASCII}|[0-9#*]/u;

/** The text with one kind of line end and without anything a reader of the card would not see. In time linear to it. */
export function visible(text: string): string {
  const shown = text.replace(LINE_ENDS, '\n').replace(ESCAPE_SEQUENCES, '').replace(HIDDEN, '');
  return withoutDefinitions(withoutComments(shown.replace(JOINERS, joiners)));
}

function joiners(run: string, at: number, whole: string): string {
  const before = whole.charAt(at - 1);
  const after = whole.charAt(at + run.length);
  const selector = run.startsWith('\ufe0f') && TAKES_SELECTOR.test(before) ? '\ufe0f' : '';
  const joiner = /\u200c|\u200d/.exec(run)?.[0] ?? '';
  return selector + (TAKES_JOINER.test(before) && TAKES_JOINER.test(after) ? joiner : '');
}

/** `<!-- … -->` is not shown where cards and reviews are read; one that begins a line and has no end hides all after it. */
function withoutComments(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let start = text.indexOf('<!--'); start >= 0; start = text.indexOf('<!--', from)) {
    const end = endOfComment(text, start);
    if (end === undefined) return `${kept.join('')}${withoutOpenComment(text, from)}`;
    kept.push(text.slice(from, start), leftOut(end - start));
    from = end;
  }
  return `${kept.join('')}${text.slice(from)}`;
}

const SHORT_COMMENTS: readonly string[] = ['<!-->', '<!--->'];

function endOfComment(text: string, start: number): number | undefined {
  const short = SHORT_COMMENTS.find((comment) => text.startsWith(comment, start));
  if (short !== undefined) return start + short.length;
  for (let at = text.indexOf('--', start + 4); at >= 0; at = text.indexOf('--', at + 1)) {
    if (text.startsWith('>', at + 2)) return at + 3;
    if (text.startsWith('!>', at + 2)) return at + 4;
  }
  return undefined;
}

function withoutOpenComment(text: string, from: number): string {
  const opening = /^ {0,3}<!--/gm;
  opening.lastIndex = from;
  const start = opening.exec(text)?.index;
  return start === undefined ? text.slice(from) : `${text.slice(from, start)}${leftOut(text.length - start)}`;
}

/** `[//]: # (words)` defines a link that nothing uses: Markdown's own way to hide a comment. */
const DEFINITION = /^ {0,3}\[[^\]\n]{0,200}\]:[ \t]{0,50}(?:#|<>)[ \t]{0,50}\n?[ \t]{0,50}["'(].*$/gm;

function withoutDefinitions(text: string): string {
  return text.replace(DEFINITION, (definition) => leftOut(definition.length));
}

function leftOut(characters: number): string {
  return `[a comment of ${characters} characters that readers do not see was left out]`;
}
