import type { Report } from './run.ts';

/** A report as people read it on the forge or the tracker. */
export function sayReport(report: Report): string {
  const findings = report.findings.map((item) => `- ${item.text}${item.where ? ` (${item.where})` : ''}`);
  const head = `Commit ${report.head.slice(0, 12)}: ${report.verdict}`;
  return [head, '', report.summary, ...(findings.length > 0 ? ['', ...findings] : [])].join('\n');
}
