/** Text for a visibility query, without what could end the string in it. */
export function quoted(text: string): string {
  return text.replaceAll(/[^\w./-]/g, '');
}
