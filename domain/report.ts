/** The report contract. For activities only: it brings zod, which must stay out of workflow code. */

import { AgentReport } from './report-schema.ts';
import type { ReportRead } from './run.ts';

/**
 * Reads the front matter of an agent's report, as parsed from YAML; undefined when the agent printed none.
 * Never throws: what cannot be used gives `invalid` and one sentence that names the field.
 */
export function readReport(frontMatter: unknown): ReportRead {
  if (frontMatter === undefined) return { kind: 'invalid', why: 'The agent ended without a report.' };
  if (typeof frontMatter !== 'object' || frontMatter === null || Array.isArray(frontMatter)) {
    return { kind: 'invalid', why: "The report's front matter is not a valid YAML mapping." };
  }
  const read = AgentReport.safeParse(frontMatter);
  if (read.success) return { kind: 'valid', report: read.data };
  const issue = read.error.issues[0];
  const field = issue?.path[0];
  if (issue === undefined || field === undefined)
    return { kind: 'invalid', why: "The report's front matter is unusable." };
  if (!(field in frontMatter))
    return { kind: 'invalid', why: `The report has no \`${String(field)}\`: ${issue.message}.` };
  return { kind: 'invalid', why: `The report's \`${String(field)}\` is wrong: ${issue.message}.` };
}
