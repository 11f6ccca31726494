const LEFT_OUT = '\n[…]\n';
/** How far a cut moves to fall between two words. */
const WORD = 80;

/**
 * The text in at most `most` UTF-16 units. What is left out is in the middle: a message begins with what happened and
 * ends with what answers it.
 */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = most - LEFT_OUT.length;
  const head = text.slice(0, Math.ceil(room / 2));
  const tail = text.slice(text.length - Math.floor(room / 2));
  return `${whole(upToWord(head))}${LEFT_OUT}${whole(fromWord(tail))}`;
}

function upToWord(head: string): string {
  const end = head.search(/\s\S*$/);
  return end >= head.length - WORD ? head.slice(0, Math.max(end, 0)) : head;
}

function fromWord(tail: string): string {
  const start = tail.search(/\s/);
  return start >= 0 && start <= WORD ? tail.slice(start + 1) : tail;
}

/** Without the half of a character that a cut may leave at its edge. */
function whole(part: string): string {
  return part.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}
