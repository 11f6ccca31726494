import type { Finding, Verdict } from '../verdict.ts';
import { asks, inconclusive, pass } from '../verdict.ts';
import { listed, nonEmpty, shortSha } from './say.ts';

export type ArtifactsEvidence = {
  head: string;
  /** The role that owes the documents, and their file names under `docs/tasks/<KEY>/`. */
  role: string;
  owed: readonly string[];
  /** File name → content, as the documents stand at the head. */
  documents: Readonly<Record<string, string>>;
};

/** Passes when every document the role owes exists at the head and has a first-level heading. */
export function judgeArtifacts(evidence: ArtifactsEvidence): Verdict {
  const { head, role, owed, documents } = evidence;
  if (owed.length === 0) return asks(`The role ${role} owes no documents: name them in its pipeline, or drop the gate`);
  if (!owed.some((name) => name in documents)) return inconclusive(`no document of the ${role} at ${shortSha(head)}`);
  const findings = nonEmpty(owed.flatMap((name) => findingsAbout(name, documents[name])));
  if (findings) return { kind: 'fail', findings };
  return pass(`${listed(owed)} of the ${role} can be read at ${shortSha(head)}`);
}

function findingsAbout(name: string, content: string | undefined): Finding[] {
  if (content === undefined) return [{ text: `${name} is missing`, where: name }];
  if (content.trim() === '') return [{ text: `${name} is empty`, where: name }];
  if (!hasTitle(content)) return [{ text: `${name} has no first-level heading`, where: name }];
  return [];
}

/** A first-level heading of Markdown (`# Title`, or underlined with `===`), outside of code and front matter. */
export function hasTitle(markdown: string): boolean {
  const prose = markdown
    .replaceAll('\r\n', '\n')
    .replace(/^---\n[\s\S]*?\n---(?:\n|$)/, '')
    .replaceAll(/^ {0,3}(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![\s\S]))/gm, '');
  return /^ {0,3}#[ \t]+[^#\s]/m.test(prose) || /^ {0,3}[^\s#>=-].*\n {0,3}=+[ \t]*$/m.test(prose);
}
