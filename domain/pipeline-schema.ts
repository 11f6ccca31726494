/** What `conveyor.yaml` may write for a table. Only the loader imports this: workflow code stays free of zod. */

import { z } from 'zod';
import { closed } from './closed-schema.ts';
import { DURATION_EXPECTED, parseDuration } from './duration.ts';
import type { RoleOwes } from './pipeline.ts';

/** A table as it was written, durations in milliseconds. Names are not looked at: `checkPipeline` does. */
export type WrittenGate = {
  gate: string;
  onFail?: string | undefined;
  cap?: number | 'none' | undefined;
  limit?: number | undefined;
  poll?: { first: number; longest: number } | undefined;
};

export type WrittenStage = {
  name: string;
  prepare?: string | undefined;
  enter: WrittenGate[];
  work: string;
  leave: WrittenGate[];
  pass: string;
  fail: string;
  lane?: string | undefined;
  compensate: string[];
};

export type WrittenRole = { owes: RoleOwes; documents: string[] };

export type WrittenPipeline = {
  stages: WrittenStage[];
  roles: Record<string, WrittenRole>;
  caps?: { bounces: number; inconclusive: number; stale: number } | undefined;
  looks: WrittenLooks;
};

/** Distances between looks that belong to no gate, in milliseconds. */
export type WrittenLooks = {
  trouble?: number | undefined;
  person?: number | undefined;
  retry?: number | undefined;
  debounce?: number | undefined;
  heartbeat?: number | undefined;
  remind?: number[] | undefined;
};

const MOST = 100;

export const Duration = z.unknown().transform((text, context): number => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: DURATION_EXPECTED });
  return z.NEVER;
});

const Count = z.custom<number>(isCount, `expected a whole number from 1 to ${MOST}`);
const Cap = z.custom<number | 'none'>(
  (value) => value === 'none' || isCount(value),
  `expected a whole number from 1 to ${MOST}, or none`,
);
const Poll = z.preprocess(
  (value, context) => {
    if (isMapping(value)) return value;
    if (parseDuration(value) !== undefined) return { first: value, longest: value };
    context.addIssue({ code: 'custom', message: `${DURATION_EXPECTED}, or a mapping of first and longest` });
    return z.NEVER;
  },
  closed({ first: Duration, longest: Duration }),
);
const Looks = closed({
  trouble: Duration.optional(),
  person: Duration.optional(),
  retry: Duration.optional(),
  debounce: Duration.optional(),
  heartbeat: Duration.optional(),
  remind: z.array(Duration).optional(),
});
const WORK = /^(agent|action): \S+$/;
const Work = z.string().regex(WORK, `expected 'agent: <role>', 'action: candidate' or 'action: promote'`);

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST;
}

/**
 * `exact` refuses what is wrong. `draft` never fails: a broken cell reads as its hole, so that the rest of a table
 * with mistakes can still be checked and every problem is told at once.
 */
function tableSchema(mode: 'exact' | 'draft'): z.ZodType<WrittenPipeline> {
  const exact = mode === 'exact';
  const cell = <T>(schema: z.ZodType<T>, hole: T): z.ZodType<T> => (exact ? schema : schema.catch(hole));
  const mapping = <S extends z.ZodRawShape>(shape: S) => (exact ? closed(shape) : z.object(shape));

  const gate = z.preprocess(
    (value, context) => {
      if (isMapping(value)) return value;
      if (typeof value === 'string') return { gate: value };
      context.addIssue({ code: 'custom', message: 'expected the name of a gate, or a mapping with its settings' });
      return z.NEVER;
    },
    mapping({
      gate: z.string(),
      onFail: cell(z.string().optional(), undefined).optional(),
      cap: cell(Cap.optional(), undefined).optional(),
      limit: cell(Duration.optional(), undefined).optional(),
      poll: cell(Poll.optional(), undefined).optional(),
    }),
  ) as z.ZodType<WrittenGate>;
  const gates = z.array(cell(gate, { gate: '' }));
  const names = cell(z.array(cell(z.string(), '')).default([]), []);
  const stage = mapping({
    name: cell(z.string(), ''),
    prepare: cell(z.string().optional(), undefined).optional(),
    enter: cell(gates.default([]), []),
    work: cell(Work, 'action: '),
    leave: cell(gates, []),
    pass: cell(z.string(), ''),
    fail: cell(z.string(), ''),
    lane: cell(z.string().min(1, 'a lane needs a name').optional(), undefined).optional(),
    compensate: names,
  }) as z.ZodType<WrittenStage>;
  const hole: WrittenStage = { name: '', enter: [], work: '', leave: [], pass: '', fail: '', compensate: [] };
  const role = mapping({
    owes: z.enum(['documents', 'changes', 'judgement']),
    documents: z.array(z.string()).default([]),
  }) as z.ZodType<WrittenRole>;

  return mapping({
    stages: cell(z.array(cell(stage, hole)), []),
    roles: cell(z.record(z.string(), cell(role, { owes: 'changes', documents: [] })).default({}), {}),
    caps: cell(closed({ bounces: Count, inconclusive: Count, stale: Count }).optional(), undefined).optional(),
    looks: cell(Looks.default({}), {}),
  }) as z.ZodType<WrittenPipeline>;
}

export const PipelineTable = tableSchema('exact');
export const PipelineDraft = tableSchema('draft').catch({ stages: [], roles: {}, looks: {} });
