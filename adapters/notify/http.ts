import { PortError } from '../../activities/ports.ts';

/** Who is asked, in the words of its errors. `place` is shown to people and must not hold a secret. */
export type Receiver = { integration: string; place: string };

export type Request = { url: string; headers?: Record<string, string>; body: Uint8Array };

/** What was answered, whatever it says. */
export type Answer = { status: number; retryAfterMs: number | undefined; text: string };

const PATIENCE_MS = 5_000;
/** A server may name any time; a message that is later than this is of no use to anybody. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Posts JSON and reads the whole answer within `patienceMs` (5 s). Redirects are not followed. Throws
 * `<integration>.Unreachable` (transient) when there is no answer; whether it was received is not known then.
 */
export async function post(receiver: Receiver, request: Request, patienceMs = PATIENCE_MS): Promise<Answer> {
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...request.headers },
      body: request.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'));
    return { status: response.status, retryAfterMs, text: await response.text() };
  } catch (error) {
    // Without the error itself: what a library says about a request may hold its address, and that a secret.
    const message = `${receiver.place} did not answer: ${reason(error, patienceMs)}. It is tried again.`;
    throw new PortError(`${receiver.integration}.Unreachable`, message);
  }
}

/** The trouble that a status other than 2xx is. `said` is what the answer explains, without secrets. */
export function refusal({ integration, place }: Receiver, answer: Answer, said = ''): PortError {
  const { status, retryAfterMs } = answer;
  const what = `${place} answers ${status}${said === '' ? '' : ` (${said})`}`;
  const later = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429)
    return new PortError(`${integration}.RateLimited`, `${what}: it is tried again.`, 'transient', later);
  if (status >= 500 || status === 408)
    return new PortError(`${integration}.Unavailable`, `${what}: it is tried again.`, 'transient', later);
  if (status === 401 || status === 403)
    return new PortError(`${integration}.Unauthorized`, `${what}: check the secret and what it allows.`, 'auth');
  if (status >= 300 && status < 400)
    return new PortError(
      `${integration}.Redirected`,
      `${what}: redirects are not followed, name the final address.`,
      'config',
    );
  return new PortError(`${integration}.Refused`, `${what}: check this notifier in conveyor.yaml.`, 'config');
}

/** At most an hour, whatever the server asks for. */
export function waitOf(ms: number): number {
  return Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}

/** Seconds, or a date. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : waitOf(ms);
}

function reason(error: unknown, patienceMs: number): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'TimeoutError') return `nothing within ${patienceMs} ms`;
  const cause = error.cause;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'the connection broke';
}
