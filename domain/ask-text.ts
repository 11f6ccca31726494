/** What a person reads on the card and in the notification. States are named by role, for the project's names. */

import { sayPortion, spending } from './budget.ts';
import { bytes } from './bytes.ts';
import { printDuration } from './duration.ts';
import { listed } from './gates/say.ts';
import { howTo } from './how-to-answer.ts';
import type { Question } from './question.ts';
import { shorten } from './sentence.ts';
import type { LogEntry, TaskState } from './state.ts';

/** Below 4 KiB, with room for the names of states. */
const MOST_BYTES = 3_600;
const TRIED_LINES = 5;
const MOST_NAMES = 8;
const LONGEST_FINDING = 500;

/** The reason, what was tried, what it cost, and what answers it: each answer with its card move and its command. */
export function askText(state: TaskState, question: Question): string {
  const { number, stage, gate, why } = question;
  const title = `**Question ${number}** (${stage}${gate ? `, ${gate}` : ''}): ${why}`;
  const rest = [...tried(state), ...cost(state), ...pullRequest(state), ...answers(state, question)];
  return [title, ...findings(question, MOST_BYTES - bytes([title, ...rest].join('\n'))), ...rest].join('\n');
}

/** The same, for people who have been told before. */
export function reminderText(state: TaskState, question: Question, at: number): string {
  const since = Math.max(1, Math.round((at - question.askedAt) / 60_000)) * 60_000;
  return `${state.spec.key} still asks, for ${printDuration(since)} now: ${askText(state, question)}`;
}

/** As many as there is room for; what is left out is counted. */
function findings({ findings: all }: Question, room: number): string[] {
  if (all.length === 0) return [];
  const lines: string[] = [''];
  let left = room - bytes(`\n- and ${all.length} more`) - 1;
  for (const { text, where } of all) {
    const line = `- ${clip(text)}${where ? ` (${where})` : ''}`;
    left -= bytes(line) + 1;
    if (left < 0) return [...lines, `- and ${all.length - lines.length + 1} more`];
    lines.push(line);
  }
  return lines;
}

function clip(text: string): string {
  return text.length <= LONGEST_FINDING ? text : `${text.slice(0, LONGEST_FINDING - 1)}…`;
}

/** The last attempts and verdicts, newest last. Passes that led here say nothing about why it stands. */
function tried({ log }: TaskState): string[] {
  const lines = log.slice(-TRIED_LINES).map(triedLine);
  return lines.length === 0 ? [] : ['', 'What was tried:', ...lines];
}

function triedLine({ stage, what, kind, say, attempt }: LogEntry): string {
  return `- ${stage} · ${what}${attempt === undefined ? '' : ` · attempt ${attempt}`} · ${kind}: ${shorten(say)}`;
}

function cost({ ledger }: TaskState): string[] {
  const { agentRuns, total, usage } = ledger;
  const { usd, tokens } = spending(usage);
  const spent = sayPortion({ usd, ...(tokens > 0 ? { tokens } : {}) });
  return ['', `What it cost: ${agentRuns} agent runs, ${total} bounces, ${spent} so far.`];
}

function pullRequest({ pullRequest: number, pullRequestUrl: url }: TaskState): string[] {
  if (number === undefined) return [];
  return ['', `Pull request ${number}${url === undefined ? '' : `: ${url}`}`];
}

function answers({ spec }: TaskState, { number, answers: offered, cause, approvers = [] }: Question): string[] {
  const lines = offered.map((answer) => {
    const { label, state, command } = howTo(answer, cause);
    const ways = [...(state === undefined ? [] : [`move the card to ${state}`]), `\`${command(spec.key, number)}\``];
    return `- ${label}: ${ways.join(', or ')}`;
  });
  const who = approvers.length === 0 ? [] : [`To approve or reject is for ${listed(approvers, MOST_NAMES)}.`];
  return ['', 'What answers it:', ...lines, ...who];
}
