import type { Response } from 'express';

/** An error as RFC 9457 describes it: what happened, in one sentence, and what to do. Nothing of our insides. */
export type Problem = { status: number; title: string; detail: string };

/** `instance` is the request's id, which the log has too. */
export function sendProblem(response: Response, { status, title, detail }: Problem): void {
  const instance = `urn:uuid:${requestIdOf(response)}`;
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail, instance }));
}

export function requestIdOf(response: Response): string {
  return String(response.getHeader('x-request-id'));
}
