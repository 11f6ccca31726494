const BODY_LIMIT = 1_048_576;

/** `silent`: no complete answer within the limit; `why` is for a person. */
export type Answer = { kind: 'answered'; status: number; body: string } | { kind: 'silent'; why: string };

/** One GET on a connection of its own, redirects not followed, at most 1 MiB read. Never rejects. */
export async function get(url: string, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      // A kept connection would meet the next release's server, and fail there.
      headers: { connection: 'close' },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { kind: 'answered', status: response.status, body: await readBody(response) };
  } catch (error) {
    return { kind: 'silent', why: explain(error, timeoutMs) };
  }
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= BODY_LIMIT) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8');
}

function explain(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const { cause } = error;
  // A refused connection's own message is empty when several addresses were tried: its code says it.
  if (cause instanceof Error) return cause.message || ('code' in cause ? String(cause.code) : cause.name);
  return error.message;
}
