import type { Request, Response } from 'express';
import express from 'express';

export type ReadBytes =
  { kind: 'bytes'; bytes: Buffer } | { kind: 'too-large' } | { kind: 'encoded' } | { kind: 'broken' };

/**
 * The request's raw bytes. Too large a body is read to its end and thrown away, so that the sender gets its answer:
 * Plane takes a connection that breaks for an outage, and after six of them it switches the webhook off.
 */
export function createReadBody(limit: number): (request: Request, response: Response) => Promise<ReadBytes> {
  // Compressed bodies are refused: what is signed is what is on the wire, and a small one can become a large one.
  const raw = express.raw({ type: () => true, inflate: false, limit });
  return (request, response) =>
    new Promise((resolve) => {
      raw(request, response, (error?: unknown) => {
        if (error !== undefined) return resolve(troubleOf(error));
        const body: unknown = request.body;
        resolve({ kind: 'bytes', bytes: Buffer.isBuffer(body) ? body : Buffer.alloc(0) });
      });
    });
}

function troubleOf(error: unknown): ReadBytes {
  const { type, status } = error as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return { kind: 'too-large' };
  return { kind: status === 415 ? 'encoded' : 'broken' };
}

/** The value the bytes are JSON of; undefined when they are not, or not UTF-8. No JSON text means undefined. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
