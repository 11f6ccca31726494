import { isGrpcServiceError, QueryNotRegisteredError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';

/** Nobody answered in time, as either side of the call may see it first, or nobody has asked for work lately. */
const NOBODY = [1, 4, 9];

/** The server is there and knows the workflow, but nobody answers for it. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return false;
  return error instanceof QueryNotRegisteredError || grpcCode(error) !== undefined;
}

/** In one sentence without a full stop. */
export function whyUnanswered(error: unknown): string {
  if (NOBODY.includes(grpcCode(error) ?? -1)) return 'no worker answers: this is what Temporal has on record';
  return `the worker cannot answer (${saidBy(error)}): this is on record`;
}

/** undefined for an error that is not the server's. */
export function grpcCode(error: unknown): number | undefined {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

/** The server's own words where there are some. */
export function saidBy(error: unknown): string {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(cause) && cause.details) return cause.details;
  return cause instanceof Error ? cause.message : String(cause);
}
