import type { Response } from 'express';

/** An error as RFC 9457 describes it: what happened, in one sentence, and what to do. */
export function sendProblem(response: Response, status: number, title: string, detail: string): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail }));
}
