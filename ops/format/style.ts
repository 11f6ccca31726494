import { styleText } from 'node:util';
import type { Io } from '../io.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta' | 'cyan';

/** The text in that style, or as it is where colour is off. */
export function paint({ colour }: Pick<Io, 'colour'>, style: Style, text: string): string {
  return colour === 'on' ? styleText(style, text, { validateStream: false }) : text;
}
