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
  return new Option('--dry-run', 'print what would be sent, send nothing');
}
