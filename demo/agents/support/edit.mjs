import { readFileSync, writeFileSync } from 'node:fs';
import { Stopped } from './agent.mjs';

/** Replaces the one place where `before` stands in the file; gives up when the file is not what was expected. */
export function replaceIn(path, before, after) {
  const parts = readFileSync(path, 'utf8').split(before);
  if (parts.length !== 2) {
    throw new Stopped('gave-up', `${path} has ${parts.length - 1} places that read "${before}"; expected exactly one.`);
  }
  writeFileSync(path, parts.join(after));
}

/** Adds text at the end of the file. */
export function appendTo(path, text) {
  writeFileSync(path, readFileSync(path, 'utf8') + text);
}
