import type { Finding } from './verdict.ts';

/** One line of at most 140 characters. */
export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 140 ? line : `${line.slice(0, 139)}…`;
}

/** The first finding, and how many more there are. */
export function firstText(findings: readonly Finding[]): string {
  const [first] = findings;
  if (!first) return 'no finding given';
  return findings.length > 1 ? `${first.text} (and ${findings.length - 1} more)` : first.text;
}
