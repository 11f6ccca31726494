export type TroubleKind = 'transient' | 'auth' | 'config';

/** Trouble with an integration, classified once at the adapter's edge. `type` is dotted: `Gitea.Unauthorized`. */
export class PortError extends Error {
  readonly type: string;
  readonly trouble: TroubleKind;
  /** From `Retry-After`; how long to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    type: string,
    message: string,
    trouble: TroubleKind = 'transient',
    more: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'PortError';
    this.type = type;
    this.trouble = trouble;
    this.retryAfterMs = more.retryAfterMs;
  }
}
