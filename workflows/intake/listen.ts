import { setHandler, upsertMemo } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/common';
import { onAsked } from '../../domain/intake/ask.ts';
import { onEnded } from '../../domain/intake/ended.ts';
import { onFreeze, onUnfreeze, sayFreeze, sayUnfreeze } from '../../domain/intake/freeze.ts';
import { heal, openIncident } from '../../domain/intake/incident.ts';
import { readEnded, readFreeze, readRecovered, readTrouble, refusalOfBy } from '../../domain/intake/read-message.ts';
import type { IntakeState } from '../../domain/intake/state.ts';
import { viewOf } from '../../domain/intake/view.ts';
import { onWebhook } from '../../domain/intake/webhook-health.ts';
import { fieldsOf, readBy } from '../../domain/read-message.ts';
import * as messages from '../messages.ts';
import type { Intake } from '../project-intake.ts';

const WHO = '{"by": "you", "reason": "…"}';

/** Everything somebody may say to the intake. Signals never throw: what cannot be understood changes nothing. */
export function listen(intake: Intake): void {
  function hear(change: (state: IntakeState, at: number) => IntakeState): void {
    intake.state = change(intake.state, Date.now());
  }

  function freeze(given: unknown): string {
    hear((state, at) => onFreeze(state, readFreeze(given, at)));
    upsertMemo({ [messages.FREEZE_MEMO]: intake.state.freeze ?? null });
    return sayFreeze(intake.state);
  }

  function unfreeze(given: unknown): string {
    const said = sayUnfreeze(intake.state, readBy(given));
    hear(onUnfreeze);
    upsertMemo({ [messages.FREEZE_MEMO]: null });
    return said;
  }

  setHandler(messages.nudgeSignal, (nudge) => hear((state, at) => onNudge(state, nudge, at)), {
    description: 'Sweep the tracker soon: something may have changed. {"source": "tracker"}',
  });
  setHandler(messages.sweepSignal, () => hear((state, at) => onAsked(state, 'person', at)), {
    description: 'Sweep the tracker now. Takes nothing',
  });
  setHandler(messages.freezeUpdate, freeze, {
    description: `Land nothing and let nothing in; work before the lane goes on. ${WHO}`,
    validator: requireBy,
  });
  setHandler(messages.freezeSignal, (who) => void freeze(who), {
    description: `The same as the update, without an answer. ${WHO}`,
  });
  setHandler(messages.unfreezeUpdate, unfreeze, {
    description: `Lift the freeze; every open task looks again. ${WHO}`,
    validator: requireBy,
  });
  setHandler(messages.unfreezeSignal, (who) => void unfreeze(who), {
    description: `The same as the update, without an answer. ${WHO}`,
  });
  setHandler(messages.troubleSignal, (report) => hear((state, at) => onTrouble(state, report, at)), {
    description:
      'A task met trouble. {"key": "DEMO-1", "integration": "Gitea", "class": "transient", "type": "Gitea.Unavailable", "message": "…"}',
  });
  setHandler(messages.recoveredSignal, (report) => hear((state, at) => onRecovered(state, report, at)), {
    description: 'A task\'s trouble is over. {"key": "DEMO-1"}',
  });
  setHandler(messages.endedSignal, (report) => hear((state, at) => onReportedEnd(state, report, at)), {
    description: 'A run ended. {"key": "DEMO-1", "run": 1, "outcome": "done", "drivenByNudge": 0, "healedByTimer": 0}',
  });
  setHandler(messages.intakeQuery, () => viewOf(intake.state), {
    description: 'Who waits to be let in and why, incidents, the freeze, and how webhooks do',
  });
}

/** Only the tracker's webhooks prove that they arrive; anybody may ask for a sweep. */
function onNudge(state: IntakeState, given: unknown, at: number): IntakeState {
  if (fieldsOf(given)['source'] !== 'tracker') return onAsked(state, 'person', at);
  return onAsked(onWebhook(state, at), 'webhook', at);
}

function onTrouble(state: IntakeState, given: unknown, at: number): IntakeState {
  const report = readTrouble(given);
  return report ? openIncident(state, report, at) : state;
}

function onRecovered(state: IntakeState, given: unknown, at: number): IntakeState {
  const report = readRecovered(given);
  return report ? heal(state, report.key, at) : state;
}

function onReportedEnd(state: IntakeState, given: unknown, at: number): IntakeState {
  const report = readEnded(given);
  return report ? onEnded(state, report, at) : state;
}

function requireBy(given: unknown): void {
  const refused = refusalOfBy(given);
  if (refused !== undefined) throw ApplicationFailure.create({ type: 'Message.Refused', message: refused });
}
