import type { Environment } from '../adapters/config/environment.ts';

/** Where this machine reaches the webhook endpoint. */
export function apiUrlOf(environment: Pick<Environment, 'CONVEYOR_API_URL' | 'CONVEYOR_API_PORT'>): string {
  return environment.CONVEYOR_API_URL ?? `http://127.0.0.1:${environment.CONVEYOR_API_PORT}`;
}
