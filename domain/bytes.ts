/** Length in UTF-8. */
export function bytes(text: string): number {
  let length = 0;
  for (const character of text) length += bytesOf(character);
  return length;
}

/** The text, ended at a word and marked with `…` when it is longer than `most` bytes. */
export function cutBytes(text: string, most: number): string {
  if (bytes(text) <= most) return text;
  const short = beginning(text, most - bytesOf('…'));
  const space = short.lastIndexOf(' ');
  return `${(space > short.length / 2 ? short.slice(0, space) : short).trimEnd()}…`;
}

/** As many whole characters as fit: half of one would become U+FFFD on its way through JSON. */
function beginning(text: string, most: number): string {
  let end = 0;
  let room = most;
  for (const character of text) {
    room -= bytesOf(character);
    if (room < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x8_00 ? 2 : code < 0x1_00_00 ? 3 : 4;
}
