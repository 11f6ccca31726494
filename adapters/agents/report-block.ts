import { parse } from 'yaml';

/** The last report in what an agent printed. `frontMatter` is undefined when there is none. */
export type PrintedReport = { frontMatter: unknown; text: string };

const RULE = /^---[ \t]*$/;
const CODE_FENCE = /^(`{3,}|~{3,})/;
/** Tells a report from two horizontal rules with text between them. */
const VERDICT = /^verdict[ \t]*:/m;

/**
 * Finds the last block of front matter, preferring one that states a verdict, with the Markdown after it.
 * Front matter that is no YAML is handed over as its raw text, so that the reader can say what is wrong with it.
 */
export function lastReport(output: string): PrintedReport {
  const lines = output.split(/\r?\n/);
  const rules = lines.flatMap((line, index) => (RULE.test(line) ? [index] : []));
  const blocks = rules.slice(0, -1).map((from, n) => ({ from, to: rules[n + 1] ?? from }));
  let other: PrintedReport | undefined;
  for (const block of blocks.toReversed()) {
    const found = read(lines, block);
    if (found === undefined) continue;
    if (VERDICT.test(found.source)) return found.report;
    other ??= found.report;
  }
  return other ?? { frontMatter: undefined, text: '' };
}

function read(
  lines: string[],
  { from, to }: { from: number; to: number },
): { source: string; report: PrintedReport } | undefined {
  const source = lines.slice(from + 1, to).join('\n');
  const frontMatter = mapping(source) ?? (VERDICT.test(source) ? source : undefined);
  if (frontMatter === undefined) return undefined;
  return { source, report: { frontMatter, text: body(lines, from, to) } };
}

function body(lines: string[], from: number, to: number): string {
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
  try {
    const value: unknown = parse(source, { schema: 'failsafe', logLevel: 'error' });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
