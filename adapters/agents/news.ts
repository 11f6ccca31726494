import { hash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** Enough for a loop of many steps; older lines are forgotten. */
const REMEMBERED = 1_000;
const LONGEST_LINE = 4_096;
/** Of each second's output: a flood must not cost more than the news in it is worth. */
const LOOKED_AT_BYTES = 256 * 1024;
const WINDOW_MS = 1_000;
/** Counters, times, sizes and ids differ from line to line without saying anything. */
const WORD = /[\w-]+/g;
const DIGIT = /\d/;
/** Spinners, dots and bars. */
const NO_LETTERS = /[^\p{L}0]+/gu;
const NO_WORDS = /^[0 ]*$/;

/** Tells output that says something new from output that repeats itself. */
export type News = { isNew(chunk: Buffer): boolean };

/**
 * A line is new when it differs from the last thousand different ones in more than words with digits, spaces and
 * signs. Of each second the first 256 KiB are looked at, of each line the first 4,096 characters.
 */
export function createNews(now: () => number = () => performance.now()): News {
  const known = new Set<string>();
  let decoder = new StringDecoder('utf8');
  let open = '';
  let window = { from: -Infinity, bytes: 0 };

  function learn(line: string): boolean {
    const said = stripVTControlCharacters(line.slice(0, LONGEST_LINE))
      .replaceAll(WORD, (word) => (DIGIT.test(word) ? '0' : word))
      .replaceAll(NO_LETTERS, ' ')
      .trim();
    if (NO_WORDS.test(said)) return false;
    const mark = hash('sha1', said, 'base64');
    const heard = known.delete(mark);
    known.add(mark);
    if (known.size > REMEMBERED) known.delete(known.values().next().value ?? mark);
    return !heard;
  }

  return {
    isNew(chunk) {
      const at = now();
      if (at - window.from >= WINDOW_MS) window = { from: at, bytes: 0 };
      if (window.bytes >= LOOKED_AT_BYTES) {
        // What is skipped ends in the middle of a line.
        decoder = new StringDecoder('utf8');
        open = '';
        return false;
      }
      window.bytes += chunk.length;
      const lines = (open + decoder.write(chunk)).split(/[\r\n]+/);
      open = lines.pop()?.slice(0, LONGEST_LINE) ?? '';
      return lines.map(learn).includes(true);
    },
  };
}
