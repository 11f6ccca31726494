import { Argument, InvalidArgumentError, Option } from 'commander';

/** `DEMO-1`, or the workflow's id `task/DEMO-1`. */
export function keyArgument(): Argument {
  return new Argument('<key>', 'the item’s key, such as DEMO-1').argParser(parseKey);
}

export function parseKey(text: string): string {
  const key = text.replace(/^task\//, '');
  if (/^[A-Z][A-Z0-9]*-\d+$/.test(key)) return key;
  throw new InvalidArgumentError('Expected a key such as DEMO-1.');
}

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 1 to 65535.');
}

export function jsonOption(): Option {
  return new Option('--json', 'print one stable JSON object');
}

export function dryRunOption(): Option {
  return new Option('--dry-run', 'print what would be done, do nothing');
}

export function reasonOption(what: string): Option {
  return new Option('--reason <words>', what);
}

export function projectArgument(): Argument {
  return new Argument('<project>', 'the project’s key, such as DEMO').argParser(parseProject);
}

export function parseProject(text: string): string {
  const project = text.replace(/^project\//, '');
  if (/^[A-Z][A-Z0-9]*$/.test(project)) return project;
  throw new InvalidArgumentError('Expected a project such as DEMO.');
}

/** The project an item's key begins with. */
export function projectOf(key: string): string {
  return key.slice(0, key.lastIndexOf('-'));
}
