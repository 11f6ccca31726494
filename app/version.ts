import { readFileSync } from 'node:fs';

/** The version in the package's own `package.json`: one folder up from the source, two from `dist`. */
export function readVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    const text = readIfThere(new URL(path, import.meta.url));
    const version = text === undefined ? undefined : (JSON.parse(text) as { version?: string }).version;
    if (version !== undefined) return version;
  }
  return 'unknown';
}

function readIfThere(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
}
