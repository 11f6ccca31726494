import { parseDocument } from 'yaml';
import { z } from 'zod';

export const DEFAULT_CHECKS_FILE = '.conveyor/staging-checks.yaml';

const common = {
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected letters, digits, ".", "_" or "-"'),
  /** `sandbox-infra` is what the file claims; policy has the list of ids it is believed for. */
  category: z.enum(['real', 'sandbox-infra']).default('real'),
  timeoutSeconds: z.number().positive().max(3_600).default(30),
};

const HttpCheck = z.strictObject({
  ...common,
  kind: z.literal('http'),
  /** Within the environment, e.g. `/healthz`. */
  path: z.string().startsWith('/').optional(),
  /** Anywhere else. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  expectStatus: z.int().min(100).max(599).default(200),
  /** Text the body must contain. */
  expectBody: z.string().min(1).optional(),
});

const CommandCheck = z.strictObject({
  ...common,
  kind: z.literal('command'),
  /** Program and arguments, run in a clean checkout; never a shell. Exit 0 passes. */
  command: z.array(z.string()).min(1),
});

const Check = z
  .discriminatedUnion('kind', [HttpCheck, CommandCheck])
  .refine((check) => check.kind !== 'http' || (check.path === undefined) !== (check.url === undefined), {
    message: 'expected exactly one of path and url',
  });
/** One declared staging check, completed from the defaults. */
export type Check = z.infer<typeof Check>;

const ChecksFile = z.strictObject({
  checks: z
    .array(Check)
    .min(1)
    .refine((checks) => new Set(checks.map(({ id }) => id)).size === checks.length, {
      message: 'two have the same id',
    }),
});

export type ChecksRead = { kind: 'valid'; checks: Check[] } | { kind: 'invalid'; problems: string[] };

/** Reads the declared checks; all problems at once. A file that declares none is invalid: no checks prove nothing. */
export function readChecks(text: string): ChecksRead {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    return { kind: 'invalid', problems: document.errors.map(({ message }) => message.split('\n')[0] ?? message) };
  }
  const read = ChecksFile.safeParse(document.toJS());
  if (read.success) return { kind: 'valid', checks: read.data.checks };
  return {
    kind: 'invalid',
    problems: read.error.issues.map(({ path, message }) => [...path.map(String), message].join(': ')),
  };
}
