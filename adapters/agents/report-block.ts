import { parse } from 'yaml';

/** The last report in what an agent printed. `frontMatter` is undefined when there is none. */
export type PrintedReport = { frontMatter: unknown; text: string };

const RULE = /^---[ \t]*$/;
const CODE_FENCE = /^(`{3,}|~{3,})/;
/** Tells a report from two horizontal rules with text between them. */
const VERDICT = /^verdict[ \t]*:/m;

/** Longer than any report that is kept whole; a parser takes minutes over a megabyte that was made to be slow. */
const LONGEST_FRONT_MATTER = 32 * 1024;
/** Of blocks that state no verdict; they are read only to say what is missing. */
const MOST_OTHERS = 5;

/**
 * Finds the last block of front matter, preferring one that states a verdict, with the Markdown after it.
 * Front matter that is no YAML is handed over as its raw text, so that the reader can say what is wrong with it.
 */
export function lastReport(output: string): PrintedReport {
  const lines = output.split(/\r?\n/);
  const rules = lines.flatMap((line, index) => (RULE.test(line) ? [index] : []));
  const blocks = rules.slice(0, -1).map((from, n) => block(lines, from, rules[n + 1] ?? from));
  const stated = blocks.findLast(({ source }) => VERDICT.test(source));
  if (stated !== undefined) return { frontMatter: mapping(stated.source) ?? stated.source, text: body(lines, stated) };
  for (const other of blocks.slice(-MOST_OTHERS).toReversed()) {
    const frontMatter = mapping(other.source);
    if (frontMatter !== undefined) return { frontMatter, text: body(lines, other) };
  }
  return { frontMatter: undefined, text: '' };
}

type Block = { from: number; to: number; source: string };

function block(lines: string[], from: number, to: number): Block {
  return { from, to, source: lines.slice(from + 1, to).join('\n') };
}

function body(lines: string[], { from, to }: Block): string {
  const text = lines
    .slice(to + 1)
    .join('\n')
    .trim();
  const fence = CODE_FENCE.exec(lines[from - 1] ?? '')?.[1];
  // An agent that wraps its report in a code fence does not mean the fence's end as part of it.
  return fence !== undefined && text.endsWith(fence) ? text.slice(0, -fence.length).trimEnd() : text;
}

/** Every scalar stays text: a commit id of digits alone is no number, and `no` is no boolean. */
function mapping(source: string): object | undefined {
  if (source.length > LONGEST_FRONT_MATTER) return undefined;
  try {
    const value: unknown = parse(source, { schema: 'failsafe', logLevel: 'error' });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
