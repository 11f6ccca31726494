/** An integration is unwell: told once when it opens and once when it heals, whoever and how many see it. */

import { lasted } from './lasted.ts';
import type { Incident, IntakeState, Owed, TroubleReport } from './state.ts';

/** Witnesses that are no tasks. */
export const INTAKE = 'intake';
export const WEBHOOKS = 'webhooks';

export function isTask(witness: string): boolean {
  return witness !== INTAKE && witness !== WEBHOOKS;
}

/** Beyond these nobody reads what a notifier that was away for long is still owed; the oldest go first. */
const MOST_OWED = 50;

/** Opens the incident, or adds a witness to the one that is open for this integration and class. */
export function openIncident(state: IntakeState, report: TroubleReport, at: number): IntakeState {
  const { key, ...trouble } = report;
  const same = (one: Incident): boolean => one.integration === trouble.integration && one.class === trouble.class;
  if (state.incidents.some(same)) {
    return { ...state, incidents: state.incidents.map((one) => (same(one) ? withWitness(one, key) : one)) };
  }
  const incident: Incident = { number: state.incidentCount + 1, ...trouble, since: at, seenBy: [key] };
  const opened = { ...state, incidents: [...state.incidents, incident], incidentCount: incident.number };
  return owe(opened, { marker: markerOf(state, incident, 'opened'), text: sayOpened(state.project, incident) });
}

/** This witness sees no trouble any more; incidents nobody sees are over. */
export function heal(state: IntakeState, witness: string, at: number): IntakeState {
  if (!state.incidents.some(({ seenBy }) => seenBy.includes(witness))) return state;
  const left = state.incidents.map((one) => ({ ...one, seenBy: one.seenBy.filter((who) => who !== witness) }));
  const healed = left.filter(({ seenBy }) => seenBy.length === 0);
  let next: IntakeState = { ...state, incidents: left.filter(({ seenBy }) => seenBy.length > 0) };
  for (const one of healed) {
    next = owe(next, { marker: markerOf(state, one, 'healed'), text: sayHealed(state.project, one, at - one.since) });
  }
  return next;
}

/** A notice to operators, sent apart from the sweeps. */
export function owe(state: IntakeState, notice: Owed): IntakeState {
  return { ...state, owed: [...state.owed, notice].slice(-MOST_OWED) };
}

export function onSent(state: IntakeState, marker: string): IntakeState {
  return { ...state, owed: state.owed.filter((notice) => notice.marker !== marker) };
}

function withWitness(incident: Incident, witness: string): Incident {
  const { seenBy } = incident;
  return seenBy.includes(witness) ? incident : { ...incident, seenBy: [...seenBy, witness] };
}

function markerOf({ project }: IntakeState, { number }: Incident, what: 'opened' | 'healed'): string {
  return `project/${project}/incident/${number}/${what}`;
}

function sayOpened(project: string, { number, integration, class: kind, type, message, seenBy }: Incident): string {
  const what = `Incident ${number} in ${project}: ${integration} is unwell (${type}): ${message}`;
  const first = seenBy.filter((who) => who !== WEBHOOKS);
  return [what, '\n', first.length > 0 ? `Seen first by ${first.join(', ')}. ` : '', MEND[kind]].join('');
}

const MEND: Record<Incident['class'], string> = {
  transient: 'Whatever needs it waits and looks again by itself; no task is charged for it.',
  auth: 'The credentials are refused: renew them. Tasks wait, are not charged, and go on by themselves.',
  config: 'The configuration does not fit: correct it. Tasks wait, are not charged, and go on by themselves.',
};

function sayHealed(project: string, { number, integration }: Incident, ms: number): string {
  return `Incident ${number} in ${project} is over: ${integration} is well again after ${lasted(ms)}.`;
}
