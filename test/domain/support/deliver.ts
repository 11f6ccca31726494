/** Drives one task through `next` and `advance` in the order of the workflow, over a scripted world and its own clock. */

import { advance } from '../../../domain/advance.ts';
import { isTaken } from '../../../domain/card.ts';
import { toEdit } from '../../../domain/close-question.ts';
import { refusal } from '../../../domain/decide.ts';
import { DEFAULT_PIPELINE } from '../../../domain/default-pipeline.ts';
import type { Event } from '../../../domain/event.ts';
import { cardRole, next } from '../../../domain/next.ts';
import { knownOf } from '../../../domain/on-card.ts';
import type { Pipeline } from '../../../domain/pipeline.ts';
import type { Answer } from '../../../domain/question.ts';
import type { TaskSpec, TaskState } from '../../../domain/state.ts';
import { newTask } from '../../../domain/state.ts';
import type { Step } from '../../../domain/step.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { judgeStep } from './gate-answers.ts';
import { nameOf, sayEvent, sayStep } from './say.ts';
import type { Answered, Effect, Outage, Script, Scripted } from './script.ts';
import { USUAL } from './script.ts';
import { actionStep, workStep } from './work-answers.ts';
import type { World } from './world.ts';
import { createWorld, moveCard } from './world.ts';

export const SPEC: TaskSpec = {
  key: 'SHOP-1',
  run: 1,
  project: 'shop',
  repo: 'shop/shop',
  base: 'main',
  title: 'Add a discount',
  branch: 'task/SHOP-1-add-a-discount',
};

export type DeliveryOptions = {
  pipeline?: Pipeline;
  /** The answers, or who is asked for each of them. */
  script?: Script | ((name: string) => Scripted);
  production?: 'running' | 'empty';
  /** Who may approve; nobody named is anybody. */
  approvers?: readonly string[];
  /** Sees every event with the states before and after it, exactly as `advance` returned them. */
  observe?: (before: TaskState, event: Event, after: TaskState) => void;
};

type Unstamped = Event extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;
type Source = 'tracker' | 'forge';

const ENOUGH_STEPS = 2_000;
const STEP_MS = 1_000;

export type Delivery = ReturnType<typeof deliver>;

/** `go` runs until a person has to act or the task has ended; everything that happened is in `trace`. */
export function deliver(options: DeliveryOptions = {}) {
  const { pipeline = DEFAULT_PIPELINE, script = {}, production = 'running', approvers = [], observe } = options;
  const world: World = createWorld(production, approvers);
  let answerTo = typeof script === 'function' ? script : inOrder(script);
  const trace: string[] = [];
  let now = 1_000_000;
  let state = newTask(pipeline, SPEC, now);
  let flight: Step['kind'] | 'idle' = 'idle';
  let decisions = 0;
  let deferred: Unstamped[] = [];

  function apply(event: Unstamped): void {
    const stamped = { ...event, at: now };
    const after = advance(pipeline, state, stamped);
    observe?.(state, stamped, after);
    state = asJson(after);
  }

  /** What people and webhooks say, at any moment. */
  function send(event: Unstamped): void {
    const said = sayEvent(event, event.kind === 'decided' ? refusal(pipeline, state, event.decision) : undefined);
    if (said) trace.push(said);
    if (event.kind === 'decided') decisions++;
    const action = flight !== 'idle' && flight !== 'agent' && flight !== 'judge' && flight !== 'wait';
    if (event.kind === 'abort-asked' && action) deferred.push(event);
    else apply(event);
  }

  function scripted(name: string): Answered {
    const answer = answerTo(name);
    return typeof answer === 'function' ? answer({ world, state, now, send }) : answer;
  }

  function perform(step: Exclude<Step, { kind: 'wait' | 'finish' }>): Unstamped {
    switch (step.kind) {
      case 'take-lane':
        return troubled(scripted(step.kind)) ?? { kind: 'lane-taken', lane: step.lane, lease: now };
      case 'release-lane':
        return troubled(scripted(step.kind)) ?? { kind: 'lane-released' };
      case 'write-card':
        return troubled(scripted(step.kind)) ?? written({ kind: 'card-written', role: step.role });
      case 'remark':
        world.comments.push(step.remark);
        return troubled(scripted(step.kind)) ?? { kind: 'remarked', marker: step.remark.marker };
      case 'remind':
        return { kind: 'reminded', number: step.question.number, reminder: step.reminder };
      case 'ask': {
        const role = cardRole(state) ?? 'needsInput';
        return troubled(scripted(step.kind)) ?? written({ kind: 'question-told', number: step.question.number, role });
      }
      case 'judge':
        return judge(step);
      case 'agent': {
        let outage: Outage | undefined;
        const { verdict, facts } = workStep(world, pipeline, state, step, () => {
          const answer = scripted(step.role);
          outage = answer.kind === 'trouble' ? answer : undefined;
          return answer.kind === 'trouble' ? { kind: 'asks', why: 'never used' } : answer;
        });
        return outage ?? { kind: 'answered', step: step.ref, verdict, ...(facts ? { facts } : {}) };
      }
      case 'prepare':
      case 'act':
      case 'compensate': {
        const answer = scripted(step.action);
        const trouble = troubled(answer);
        if (trouble) return trouble;
        const { verdict, facts } = isVerdict(answer) ? { verdict: answer } : actionStep(world, state, step.action);
        return { kind: 'answered', step: step.ref, verdict, ...(facts ? { facts } : {}) };
      }
    }
  }

  function judge(step: Step & { kind: 'judge' }): Unstamped {
    const answer = scripted(step.gate.gate);
    const trouble = troubled(answer);
    if (trouble) return trouble;
    const verdict = judgeStep(world, pipeline, state, step, isVerdict(answer) ? answer : undefined);
    const named = step.gate.gate === 'approval' && approvers.length > 0 ? { facts: { approvers } } : {};
    return { kind: 'answered', step: step.ref, verdict, ...(step.subject ? { subject: step.subject } : {}), ...named };
  }

  /** As the activity does it: what a person did with the card meanwhile is looked at instead. */
  function written(event: Unstamped & { kind: 'question-told' | 'card-written' }): Unstamped {
    if (!state.end && isTaken(world.card, knownOf(state))) return { kind: 'card-seen', card: world.card };
    if (world.card.kind === 'card' && world.card.role !== event.role) {
      moveCard(world, event.role, { by: 'conveyor', at: now, ours: true });
    }
    return { ...event, edited: toEdit(state).map(({ number }) => number) };
  }

  function run(step: Exclude<Step, { kind: 'wait' | 'finish' }>): void {
    const asked = decisions;
    flight = step.kind;
    now += STEP_MS;
    const answer = perform(step);
    flight = 'idle';
    // A decision taken during a look came after what the look saw.
    const dropped = step.kind === 'judge' && decisions !== asked;
    if (!dropped && !(state.end && step.kind === 'agent')) {
      trace.push(sayStep(step, answer));
      apply(answer);
    }
    for (const event of deferred.splice(0)) apply(event);
  }

  /** One wait: the timer, or a nudge; a person's card is looked at as the workflow does. */
  function wait(step: Step & { kind: 'wait' }, nudge?: Source): void {
    const look = step.until === undefined ? step.ms : step.until - now;
    now += nudge ? STEP_MS : Math.max(Math.min(look, (step.remindAt ?? Infinity) - now), 1);
    const person = step.why === 'question' || step.why === 'held' || step.why === 'paused';
    if (nudge === 'tracker' || (!nudge && person)) {
      const trouble = troubled(scripted('card'));
      apply(trouble ?? { kind: 'card-seen', card: world.card, by: nudge ? 'nudge' : 'timer' });
    }
    apply({ kind: 'woke', by: nudge ? 'nudge' : 'timer' });
  }

  /** The next step is carried out; false when there is nothing to do without a person. */
  function once(): boolean {
    const step = next(pipeline, state);
    if (step.kind === 'finish') return false;
    if (step.kind !== 'wait') run(step);
    else if (step.why === 'question' || step.why === 'held' || step.why === 'paused') return false;
    else {
      trace.push(sayStep(step));
      wait(step);
    }
    return true;
  }

  function go(until: (step: Step) => boolean = () => false): TaskState {
    for (let steps = 0; steps < ENOUGH_STEPS; steps++) {
      if (until(next(pipeline, state))) return state;
      if (once()) continue;
      const end = next(pipeline, state);
      if (end.kind === 'finish') trace.push(end.outcome);
      return state;
    }
    throw new Error(`No end after ${ENOUGH_STEPS} steps:\n${trace.slice(-20).join('\n')}`);
  }

  return {
    pipeline,
    world,
    trace,
    send,
    /** From now on everything answers as usual. */
    calm(): void {
      answerTo = () => USUAL;
    },
    go,
    get state() {
      return state;
    },
    get now() {
      return now;
    },
    next: () => next(pipeline, state),
    /** Runs until the next step is the named gate, role or action, and stops before it. */
    goTo: (name: string) => go((step) => nameOf(step) === name),
    once,
    /** While it waits: the timer comes up, or somebody nudges. */
    look(nudge?: Source): void {
      const step = next(pipeline, state);
      if (step.kind !== 'wait') throw new Error(`The task does not wait, it would ${step.kind}`);
      wait(step, nudge);
    },
    /** Answers the open question as a person would. */
    decide(answer: Answer, words?: string, more: { stage?: string; number?: number } = {}): void {
      const number = more.number ?? state.question?.number ?? 0;
      const decision = {
        number,
        answer,
        by: 'pat',
        ...(words ? { words } : {}),
        ...(more.stage ? { stage: more.stage } : {}),
      };
      send({ kind: 'decided', decision });
    },
    /** A person moves the card; the next look at it finds out. */
    moves(role: Parameters<typeof moveCard>[1], by = 'pat'): void {
      now += STEP_MS;
      moveCard(world, role, { by, at: now, ours: false });
      trace.push(`${by} moves the card to ${role}`);
    },
    /** The lines of the trace that a scenario is about. */
    lines: (...about: string[]) => trace.filter((line) => about.some((word) => line.includes(word))),
  };
}

function inOrder(script: Script): (name: string) => Scripted {
  const left = new Map(Object.entries(script).map(([name, answers]) => [name, [...answers]]));
  return (name) => left.get(name)?.shift() ?? USUAL;
}

function isVerdict(answer: Answered): answer is Verdict {
  const effects: readonly string[] = ['usual', 'same-tree', 'edits-documents', 'keeps-documents', 'reports', 'trouble'];
  return !effects.includes(answer.kind);
}

function troubled(answer: Verdict | Effect | Outage): Outage | undefined {
  return answer.kind === 'trouble' ? answer : undefined;
}

/** The state crosses continue-as-new and the wire as JSON: what gets lost there must never matter. */
function asJson(state: TaskState): TaskState {
  return JSON.parse(JSON.stringify(state)) as TaskState;
}
