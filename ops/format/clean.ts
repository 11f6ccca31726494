import { stripVTControlCharacters } from 'node:util';

/** Controls but tab and line feed: titles and logs are written by others and must not steer a terminal. */
// oxlint-disable-next-line no-control-regex -- exactly these are meant
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text of several lines without anything that steers a terminal. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r\n', '\n').replaceAll(CONTROLS, '');
}

/** The same in one line, without a tab that would end a TSV field. */
export function cleanLine(text: string): string {
  return cleanText(text.replaceAll(/\s+/g, ' ')).trim();
}
