import { describe, expect, it } from 'vitest';
import { askText, reminderText } from '../../domain/ask-text.ts';
import { DEFAULT_STATE_NAMES } from '../../domain/card.ts';
import type { Question } from '../../domain/question.ts';
import { nameStates } from '../../domain/state-names.ts';
import type { LogEntry, TaskState } from '../../domain/state.ts';
import { asks } from '../../domain/verdict.ts';
import { approved } from './support/approved.ts';
import { deliver } from './support/deliver.ts';
import { red, times } from './support/script.ts';

const HOUR = 3_600_000;

function questionOf(state: TaskState): Question {
  if (!state.question) throw new Error('it asks');
  return state.question;
}

function shown(state: TaskState, names = DEFAULT_STATE_NAMES): string {
  return nameStates(askText(state, questionOf(state)), names);
}

describe('what a person reads who is asked', () => {
  it('says why, what was tried, what it cost, and every way to answer', () => {
    const { state } = approved({ script: { ci: times(3, red('unit is red')) } });
    const text = shown({ ...state, pullRequest: 7, pullRequestUrl: 'https://forge.example/pulls/7' });
    expect(text).toMatchInlineSnapshot(`
      "**Question 2** (development, ci): ci failed 3 times: unit is red

      - unit is red

      What was tried:
      - development · ci · attempt 3 · fail: unit is red
      - development · developer · attempt 4 · pass: the developer made developer-4
      - development · ci · attempt 4 · fail: unit is red
      - development · developer · attempt 5 · pass: the developer made developer-5
      - development · ci · attempt 5 · fail: unit is red

      What it cost: 5 agent runs, 3 bounces, 2.50 USD so far.

      Pull request 7: https://forge.example/pulls/7

      What answers it:
      - retry: move the card to In Progress, or \`conveyor decide SHOP-1 2 retry\`
      - accept: \`conveyor decide SHOP-1 2 accept --reason "why"\`
      - back: \`conveyor decide SHOP-1 2 back --to STAGE\`
      - abort: move the card to Cancelled, or \`conveyor decide SHOP-1 2 abort\`"
    `);
  });

  it('names the states as the project does, and who may approve', () => {
    const task = deliver();
    const { state } = { state: task.go() };
    const open: TaskState = { ...state, question: { ...questionOf(state), approvers: ['ada', 'cleo'] } };
    const names = { ...DEFAULT_STATE_NAMES, approved: 'Gut', rejected: 'Schlecht', cancelled: 'Weg' };
    expect(shown(open, names)).toContain(
      [
        '- approve: move the card to Gut, or `conveyor approve SHOP-1 --question 1`',
        '- reject: move the card to Schlecht, or `conveyor reject SHOP-1 --question 1 --reason "why"`',
        '- abort: move the card to Weg, or `conveyor decide SHOP-1 1 abort`',
        'To approve or reject is for ada and cleo.',
      ].join('\n'),
    );
  });

  it('calls finishing by its name once somebody has cancelled after landing', () => {
    const question: Question = { ...questionOf(approved({ script: { review: [asks('closed')] } }).state) };
    const { state } = approved();
    const open: TaskState = { ...state, question: { ...question, cause: 'cancelled', answers: ['retry', 'revert'] } };
    expect(shown(open)).toContain('- finish: move the card to In Progress, or `conveyor decide SHOP-1 2 retry`');
    expect(shown(open)).toContain('- revert: `conveyor decide SHOP-1 2 revert`');
  });

  it.each([
    ['many findings', Array.from({ length: 200 }, (_, index) => ({ text: `finding ${index} ${'x'.repeat(90)}` }))],
    ['one endless finding', [{ text: 'é'.repeat(20_000) }]],
    ['findings in another alphabet', Array.from({ length: 50 }, () => ({ text: '構'.repeat(400), where: '文件' }))],
  ])('stays below 4 KiB with %s, and keeps the ways to answer', (_what, findings) => {
    const { state } = approved({ script: { ci: times(3, red('unit is red')) } });
    const long: LogEntry[] = state.log.map((entry) => ({ ...entry, say: 'a long sentence '.repeat(20) }));
    const open: TaskState = { ...state, log: long, question: { ...questionOf(state), findings } };
    const text = shown(open);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    expect(text).toContain('conveyor decide SHOP-1 2 abort');
    expect(text).toMatch(/- and \d+ more|- é{499}…/);
  });

  it('says it again with how long it has been asked', () => {
    const { state } = approved({ script: { ci: times(3, red('unit is red')) } });
    const question = questionOf(state);
    const text = reminderText(state, question, question.askedAt + 4 * HOUR);
    expect(text).toBe(`SHOP-1 still asks, for 4h now: ${askText(state, question)}`);
  });
});
