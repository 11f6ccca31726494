import type { Finding } from '../verdict.ts';
import { fence, inline } from './fence.ts';

const MOST_FINDINGS = 50;
/** The newest; a prompt has an end. */
const MOST_WORDS = 20;
const MOST_CHARACTERS = 20_000;

type Feedback = { findings: readonly Finding[]; words: readonly string[]; sideRef?: string; begun?: 'before' };

/** What came back from earlier attempts and from people; empty when nothing did. Ends with a blank line otherwise. */
export function feedbackSection({ findings, words, sideRef, begun }: Feedback): string {
  const parts = [
    ...(findings.length > 0 ? [findingsPart(findings)] : []),
    ...(words.length > 0 ? [wordsPart(words)] : []),
    ...(sideRef === undefined ? [] : [sideRefPart(sideRef)]),
    ...(begun === undefined ? [] : [BEGUN_PART]),
  ];
  return parts.map((part) => `${part}\n\n`).join('');
}

const BEGUN_PART = `## An interrupted run
You may remember a run of this task that was interrupted. This work tree was made anew: nothing that run changed is in it, and this prompt holds where they differ.`;

function findingsPart(findings: readonly Finding[]): string {
  const shown = findings.slice(0, MOST_FINDINGS).map((finding, index) => line(finding, index + 1));
  const more = findings.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`(and ${more} more)`] : [])].join('\n');
  return `## Findings to settle
The last attempt was sent back for these reasons. They come from checks, agents and people:

${fence('findings', list, MOST_CHARACTERS)}`;
}

function line({ text, where }: Finding, number: number): string {
  return `${number}. ${where === undefined ? '' : `[${where}] `}${text}`;
}

function wordsPart(words: readonly string[]): string {
  return `## What people said
They are responsible for the task and ask you to take this into account:

${words
  .slice(-MOST_WORDS)
  .map((said) => fence('words', said, MOST_CHARACTERS))
  .join('\n\n')}`;
}

function sideRefPart(sideRef: string): string {
  return `## Earlier work that is not on the branch
A person pushed while an earlier attempt ran. Its commits are kept on \`${inline(sideRef)}\` of the remote: take over what still fits, never at the cost of the person's commits.`;
}
