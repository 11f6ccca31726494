import { z } from 'zod';

const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** A pull request as its file holds it; the branch's tip and whether it merges are read from git. */
export const PullRecord = z.strictObject({
  number: z.int().positive(),
  marker: z.string(),
  branch: z.string(),
  base: z.string(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  /** The branch's tip when the file was written last. */
  head: Sha,
  /** The base's tip when it was opened. */
  openedOn: Sha,
  openedAt: z.number(),
  endedAt: z.number().optional(),
});
export type PullRecord = z.infer<typeof PullRecord>;

/** A review by anybody; ours carry a marker. */
export const ReviewRecord = z.strictObject({
  marker: z.string().optional(),
  reviewer: z.string(),
  verdict: z.enum(['approve', 'request-changes']),
  head: Sha,
  body: z.string(),
  findings: z.array(z.strictObject({ text: z.string(), where: z.string().exactOptional() })),
  state: z.enum(['official', 'dismissed']),
  at: z.number(),
});
export type ReviewRecord = z.infer<typeof ReviewRecord>;

/** The newest status of a context; `owner` is the process whose run it is pending for. */
export const StatusRecord = z.strictObject({
  context: z.string(),
  state: z.enum(['success', 'failure', 'pending', 'skipped']),
  description: z.string(),
  at: z.number(),
  owner: z.string().optional(),
});
export type StatusRecord = z.infer<typeof StatusRecord>;

/** `.conveyor/checks.yaml` of the base branch. */
export const ChecksFile = z.strictObject({
  contexts: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        command: z.array(z.string()).min(1),
        timeoutSeconds: z.number().positive().max(86_400).default(600),
      }),
    )
    .default([])
    .refine((contexts) => new Set(contexts.map(({ name }) => name)).size === contexts.length, 'a name stands twice'),
  reviewers: z.array(z.string().min(1)).default([]),
});
export type ChecksFile = z.infer<typeof ChecksFile>;
