import { z } from 'zod';
import { get } from './http.ts';

/** What a release answers to `GET /version`. A service that tells its deploy id is held to it. */
const Version = z.object({
  version: z.string(),
  revision: z.string(),
  digest: z.string(),
  deployId: z.string().optional(),
});
export type Version = z.infer<typeof Version>;

export type VersionAnswer = { kind: 'version'; version: Version } | { kind: 'none'; why: string };

/** Asks the environment itself what it runs. Anything but 200 with the JSON of a version is `none`. */
export async function askVersion(url: string, timeoutMs: number): Promise<VersionAnswer> {
  const answer = await get(`${url}/version`, timeoutMs);
  if (answer.kind === 'silent') return { kind: 'none', why: `GET /version: ${answer.why}` };
  if (answer.status !== 200) return { kind: 'none', why: `GET /version answered ${answer.status}` };
  const read = z.string().transform(parseJson).pipe(Version).safeParse(answer.body);
  if (read.success) return { kind: 'version', version: read.data };
  return { kind: 'none', why: 'GET /version did not answer JSON with version, revision and digest' };
}

/** `healthy`: `GET /healthz` answers 200 in time. */
export async function askHealth(url: string, timeoutMs: number): Promise<'healthy' | 'unhealthy'> {
  const answer = await get(`${url}/healthz`, timeoutMs);
  return answer.kind === 'answered' && answer.status === 200 ? 'healthy' : 'unhealthy';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
