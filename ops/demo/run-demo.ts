/** The demo: a card is added, its one approval is answered as an operator would, and what happens is told. */

import { openDemoStack } from '../../app/demo-stack.ts';
import type { DemoStack } from '../../app/demo-stack.ts';
import { hostEnvironment, stopSignal } from '../../app/program.ts';
import { decideUpdate, taskWorkflowId } from '../../workflows/messages.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { OpsError } from '../errors.ts';
import type { Io } from '../io.ts';
import { follow } from './follow.ts';
import type { Outcome } from './outcome.ts';
import { readOutcome } from './outcome.ts';
import { lastWords } from './last-words.ts';
import { createTimeline } from './timeline.ts';

export type DemoOptions = { json?: true; keep?: true };

const PROJECT = 'DEMO';
const ENTRY = 'In Progress';

export async function runDemo(options: DemoOptions, io: Io): Promise<ExitCode> {
  const timeline = createTimeline(io, options.json ? 'json' : 'text');
  const stop = stopSignal();
  const demo = await openDemoStack({ host: hostEnvironment(), say: (line) => timeline.tell('conveyor', line) });
  try {
    const outcome = await deliver(demo, timeline, stop);
    if (options.json) io.stdout.write(`${JSON.stringify(outcome)}\n`);
    else io.stdout.write(lastWords(demo, outcome, options.keep === true));
    if (options.keep && !stop.aborted) {
      await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
    }
    return outcome.outcome === 'done' ? EXIT.ok : EXIT.failed;
  } finally {
    await demo.close();
  }
}

async function deliver(
  demo: DemoStack,
  timeline: ReturnType<typeof createTimeline>,
  stop: AbortSignal,
): Promise<Outcome> {
  const startedAt = Date.now();
  const key = await demo.board.addCard({ project: PROJECT, ...demo.card, by: 'you' });
  await demo.board.moveCard({ project: PROJECT, key, stateName: ENTRY, by: 'you' });
  timeline.tell('you', `add card ${key} "${demo.card.title}" and move it to ${ENTRY}`);
  let answered = 0;
  const end = await follow(demo.client, taskWorkflowId(key), { stop, broken: demo.stack.broken }, async (view) => {
    timeline.show(view);
    const { question } = view;
    if (question?.told !== 'told' || question.number <= answered) return;
    answered = question.number;
    if (question.cause !== 'approval') {
      throw new OpsError({ what: `the task asks what the demo cannot answer: ${question.why}`, exit: EXIT.failed });
    }
    await approve(demo, key, view, timeline);
  });
  return readOutcome(demo, key, end, startedAt);
}

/** Through the same update as `conveyor approve`. */
async function approve(
  { client }: DemoStack,
  key: string,
  { question }: ExplainView,
  timeline: ReturnType<typeof createTimeline>,
): Promise<void> {
  const number = question?.number ?? 0;
  timeline.tell('you', `conveyor approve ${key} --question ${number}`);
  await client.workflow.getHandle(taskWorkflowId(key)).executeUpdate(decideUpdate, {
    args: [{ number, answer: 'approve', by: 'you' }],
    updateId: `${key}/${number}/approve`,
  });
}
