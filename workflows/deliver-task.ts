/** The interpreter of the pipeline: ask `next`, carry the step out, `advance`. No rule and no stage name lives here. */

import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/common';
import { refusal } from '../domain/decide.ts';
import { readBy, readDecision, readReason } from '../domain/read-message.ts';
import { newestVersion, RULE_BOOK, rulesOf } from '../domain/rules.ts';
import type { RuleBook } from '../domain/rules.ts';
import { carriedOver, FIRST_RULES_VERSION, newTask } from '../domain/state.ts';
import type { TaskState } from '../domain/state.ts';
import type { Step } from '../domain/step.ts';
import { bindActivities } from './activities.ts';
import type { Desk, NudgeSource, TaskInput } from './messages.ts';
import * as messages from './messages.ts';
import { isAboutCard, readSource, wokenBy } from './nudge-source.ts';
import { distanceOf, isPassing, looksAtCard } from './pace.ts';
import { perform } from './perform.ts';
import type { Answer } from './perform.ts';
import { tellProject } from './tell-project.ts';
import { shouldContinue } from './should-continue.ts';
import { toTrouble } from './trouble.ts';
import { detailsOf, explainOf, searchAttributesOf, viewOf } from './view.ts';

/** What is in flight: a look may be dropped, an agent stopped, an action is judged on its result. */
type Flight = { kind: 'idle' | 'look' | 'action' } | { kind: 'agent'; scope: CancellationScope };

/** Looks at the card while an agent works are at least this many debounces apart. */
const STORM_FACTOR = 5;

export function deliverTask(input: TaskInput): Promise<TaskState['end']> {
  return deliverBy(RULE_BOOK, input);
}

/** Delivers by the book's rules of the task's version; the newest are taken up where the workflow continues as new. */
export async function deliverBy(book: RuleBook, input: TaskInput): Promise<TaskState['end']> {
  const { pipeline, queues } = input;
  let state = input.state
    ? carriedOver(input.state)
    : newTask(pipeline, input.spec, Date.now(), input.rulesVersion ?? FIRST_RULES_VERSION);
  const { next, advance } = rulesOf(book, state.rulesVersion);
  let told: Awaited<ReturnType<typeof tellProject>> = input.state?.trouble;
  let nudged: NudgeSource | undefined = input.nudged;
  // Unread until a look succeeded: somebody may have taken the card while the tracker was away. A look that failed
  // after landing is made again when production is proven.
  let card: 'unread' | 'missed' | 'read' = isAboutCard(nudged) ? 'unread' : 'read';
  let flight: Flight = { kind: 'idle' };
  const deferred: Answer[] = [];
  // Counts everything a person or a webhook said: a waiting task compares it, a look in flight is dropped by a decision.
  let heard = 0;
  let decisions = 0;
  let nextLookAt: number | undefined;
  // A new task's attributes are written by whoever starts it, and continue-as-new carries them over.
  let published = textOf(searchAttributesOf(pipeline, state));
  const bound = bindActivities(queues, pipeline.looks);
  const desk: Desk = input.desk ?? {};

  function apply(answer: Answer): void {
    state = advance(pipeline, state, { ...answer, at: Date.now() });
  }
  function hear(answer: Answer): void {
    heard++;
    if (answer.kind === 'abort-asked' && flight.kind === 'action') deferred.push(answer);
    else apply(answer);
    stopAgent();
    if (answer.kind === 'decided') decisions++;
  }
  /** After landing an abort waits for production, and for an agent that helps to prove it. */
  function stopAgent(): void {
    if (state.end && flight.kind === 'agent') flight.scope.cancel();
  }

  setHandler(messages.nudgeSignal, (nudge) => hearNudge(readSource(nudge)), {
    description: 'Look again. {"source": "tracker" | "forge" | "environment" | "person"}',
  });
  setHandler(messages.decideUpdate, (decision) => decideNow(decision), {
    description: 'Answer the open question. {"number": 1, "answer": "approve", "words": "…", "by": "you"}',
    validator: (given) => {
      const read = readDecision(given);
      const refused = read.kind === 'bad' ? read.why : refusal(pipeline, state, read.decision);
      if (refused !== undefined) throw ApplicationFailure.create({ type: 'Decision.Refused', message: refused });
    },
  });
  setHandler(messages.decideSignal, (decision) => void decideNow(decision), {
    description: 'The same as the update, without an answer. {"number": 1, "answer": "approve", "by": "you"}',
  });
  setHandler(messages.pauseSignal, (who) => hear({ kind: 'paused', by: readBy(who), ...readReason(who) }), {
    description: 'Start nothing more; what runs is finished and kept. {"by": "you"}',
  });
  setHandler(messages.resumeSignal, (who) => hear({ kind: 'resumed', by: readBy(who) }), {
    description: 'Go on. {"by": "you"}',
  });
  setHandler(messages.abortSignal, (who) => hear({ kind: 'abort-asked', by: readBy(who), ...readReason(who) }), {
    description: 'End the task; an agent is stopped, a release is first brought to its end. {"by": "you"}',
  });
  setHandler(messages.statusQuery, () => viewOf(pipeline, state), { description: 'What the task does or waits for' });
  setHandler(messages.explainQuery, () => explainOf(pipeline, state, nextLookAt), {
    description: 'Why the task stands where it stands, verdict by verdict',
  });
  setHandler(messages.ledgerQuery, () => state.ledger, { description: 'What the task has spent' });

  // Cancelling in the Web UI is an abort like any other: the card is written, a release is brought to its end.
  CancellationScope.current().cancelRequested.catch(() => hear({ kind: 'abort-asked', by: 'the Web UI' }));
  await CancellationScope.nonCancellable(async () => {
    await deliver();
    await condition(allHandlersFinished);
  });
  return state.end;

  async function deliver(): Promise<void> {
    for (;;) {
      const step = next(pipeline, state);
      publish(step);
      const before = told;
      told = await tellProject(state, before);
      // Whoever spoke meanwhile may have changed what comes next.
      if (told !== before) continue;
      if (step.kind === 'finish') return;
      if (shouldContinue(input)) await carryOn();
      await take(step);
      for (const answer of deferred.splice(0)) apply(answer);
    }
  }

  function decideNow(given: unknown): string {
    const read = readDecision(given);
    if (read.kind === 'decision') hear({ kind: 'decided', decision: read.decision });
    return viewOf(pipeline, state).sentence;
  }

  function hearNudge(source: NudgeSource): void {
    heard++;
    nudged = source;
    if (isAboutCard(source)) card = 'unread';
  }

  async function take(step: Exclude<Step, { kind: 'finish' }>): Promise<void> {
    // Somebody may have taken the card: that is seen before anything else is started.
    if (step.kind !== 'wait' && !(state.end && step.kind === 'release-lane') && owesLook()) {
      const by = wokenBy(nudged);
      nudged = undefined;
      return lookAtCard(by);
    }
    switch (step.kind) {
      case 'wait':
        return wait(step);
      case 'take-lane':
        // Every lease is newer than the one before it; the queue for the lane is not asked yet.
        return apply({
          kind: 'lane-taken',
          lane: step.lane,
          lease: Math.max((state.lease?.number ?? 0) + 1, Date.now()),
        });
      case 'release-lane':
        return apply({ kind: 'lane-released' });
      default:
        return run(step);
    }
  }

  async function run(step: Parameters<typeof perform>[2]): Promise<void> {
    const asked = decisions;
    // What was nudged before a look began is seen by it.
    if (step.kind === 'judge') nudged = undefined;
    try {
      const answer = await inFlight(step, () => perform({ bound, pipeline, desk }, state, step));
      // A decision taken during a look came after what the look saw.
      if (step.kind === 'judge' && decisions !== asked) return;
      apply(answer);
    } catch (error) {
      if (isCancellation(error) && state.end) return;
      if (isCancellation(error)) throw error;
      apply({ kind: 'trouble', trouble: toTrouble(error) });
    } finally {
      flight = { kind: 'idle' };
    }
  }

  function inFlight<T>(step: Step, start: () => Promise<T>): Promise<T> {
    if (step.kind !== 'agent') {
      flight = { kind: step.kind === 'judge' ? 'look' : 'action' };
      return start();
    }
    const scope = new CancellationScope();
    flight = { kind: 'agent', scope };
    return watchCard(scope.run(start));
  }

  /** An agent works long: what somebody does with the card meanwhile is seen at once, and a cancel stops it. */
  async function watchCard<T>(work: Promise<T>): Promise<T> {
    let over = false;
    let seen = -1;
    const end = (): void => void (over = true);
    work.then(end, end);
    for (;;) {
      await condition(() => over || (card === 'unread' && heard !== seen));
      if (over) return work;
      seen = heard;
      if (!state.end) await lookAtCard(wokenBy(nudged));
      // However many nudges come while an agent works for hours, the history stays bounded.
      await condition(() => over, Math.max(STORM_FACTOR * pipeline.looks.debounceMs, 1));
    }
  }

  /** A nudge, a message or the timer; the timer is the reconciler. */
  async function wait(step: Step & { kind: 'wait' }): Promise<void> {
    const ms = distanceOf(step);
    const seen = heard;
    nextLookAt = Date.now() + ms;
    const summary = `${state.position.stage}: ${step.for}`.slice(0, 190);
    const early = nudged !== undefined;
    const woken = early || (await condition(() => heard !== seen, ms, { summary }));
    nextLookAt = undefined;
    if (woken && nudged === undefined) return;
    if (early && step.why !== 'question') await debounce();
    const by = woken ? wokenBy(nudged) : 'timer';
    nudged = undefined;
    if (!state.end && (owesLook() || (!woken && looksAtCard(step)))) {
      await lookAtCard(by);
      // Nothing is started before the card could be read; a quota's time has come all the same.
      if (owesLook() && step.why !== 'quota') return;
    }
    apply({ kind: 'woke', by });
  }

  /** A nudge during the last look may be the first of a storm: one look answers them all. */
  async function debounce(): Promise<void> {
    if (pipeline.looks.debounceMs > 0) await sleep(pipeline.looks.debounceMs, { summary: 'more nudges may follow' });
  }

  /** At its end too, as long as what landed can still be taken back. */
  function owesLook(): boolean {
    if (state.end) return card !== 'read' && state.end.outcome === 'done' && state.landed !== undefined;
    return card === 'unread' || (card === 'missed' && !state.landed);
  }

  async function lookAtCard(by: 'nudge' | 'timer'): Promise<void> {
    card = 'read';
    try {
      const seen = await bound.tracker.readCard.executeWithOptions({ summary: 'look at the card' }, [
        { spec: state.spec },
      ]);
      apply({ kind: 'card-seen', card: seen, by });
      stopAgent();
    } catch (error) {
      if (isCancellation(error)) throw error;
      // Nothing stops the watch over production, and to wait for the tracker would; the intake's sweep tells of it.
      card = state.landed && !state.end ? 'missed' : 'unread';
      if (card === 'missed') return;
      apply({ kind: 'trouble', trouble: toTrouble(error) });
    }
  }

  function publish(step: Step): void {
    setCurrentDetails(detailsOf(pipeline, state));
    if (!isPassing(step)) publishAttributes();
  }

  function publishAttributes(): void {
    const pairs = searchAttributesOf(pipeline, state);
    const text = textOf(pairs);
    if (text === published) return;
    published = text;
    upsertSearchAttributes(pairs);
  }

  async function carryOn(): Promise<void> {
    publishAttributes();
    await condition(allHandlersFinished);
    const hint = card !== 'read' && !isAboutCard(nudged) ? 'tracker' : nudged;
    // The nudge this run began with has been heard.
    const { nudged: _heard, ...same } = input;
    await continueAsNew<typeof deliverTask>({
      ...same,
      state: { ...state, rulesVersion: newestVersion(book) },
      desk,
      ...(hint === undefined ? {} : { nudged: hint }),
    });
  }
}

function textOf(pairs: readonly SearchAttributeUpdatePair[]): string {
  return JSON.stringify(pairs.map(({ value }) => value));
}
