import { z } from 'zod';
import { cutBytes } from './bytes.ts';
import type { Finding } from './verdict.ts';

/** What of a report is kept, in bytes of UTF-8 and in entries: it travels in the task's history and in the next prompt. */
export const REPORT_LIMITS = { summary: 2_000, findings: 20, finding: 600, where: 200 } as const;

const SHA = /^[0-9a-f]{40}$/i;

const FINDING_SHAPE = 'each entry must be a text, or a mapping with `text` and `where`';

const Text = z.string().trim().min(1);
const GivenFinding = z.union([Text.transform((text) => ({ text })), z.object({ text: Text, where: Text.optional() })], {
  error: FINDING_SHAPE,
});

/** Front matter's empty list (`findings:`) reads as null or as an empty text, by YAML schema. */
const GivenFindings = z.preprocess(
  (given) => (given === null || given === '' ? [] : given),
  z.array(GivenFinding, { error: 'it must be a list' }),
);

/** The report contract as an agent writes it; parses to the domain's `Report`. Unknown keys are ignored. */
export const AgentReport = z
  .object({
    verdict: z.enum(['pass', 'fail', 'gave-up', 'needs-input'], {
      error: 'it must be one of pass, fail, gave-up, needs-input',
    }),
    summary: z
      .string({ error: 'it must be a text' })
      .trim()
      .min(1, { error: 'it must not be empty' })
      .transform((text) => cutBytes(text, REPORT_LIMITS.summary)),
    findings: GivenFindings.optional().transform((given) => keptFindings(given ?? [])),
    head: z
      .string({ error: 'it must be the full commit id, 40 hex digits' })
      .trim()
      .regex(SHA, { error: 'it must be the full commit id, 40 hex digits' })
      .transform((sha) => sha.toLowerCase()),
  })
  .refine((report) => report.verdict !== 'fail' || report.findings.length > 0, {
    path: ['findings'],
    error: 'a verdict of fail needs at least one finding',
  });

function keptFindings(given: readonly z.output<typeof GivenFinding>[]): Finding[] {
  const kept = given.slice(0, REPORT_LIMITS.findings).map(keptFinding);
  const more = given.length - kept.length;
  return more > 0 ? [...kept, { text: `… and ${more} more, in the full report` }] : kept;
}

function keptFinding(given: z.output<typeof GivenFinding>): Finding {
  const text = cutBytes(given.text, REPORT_LIMITS.finding);
  return 'where' in given && given.where !== undefined
    ? { text, where: cutBytes(given.where, REPORT_LIMITS.where) }
    : { text };
}
