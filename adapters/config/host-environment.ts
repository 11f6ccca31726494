import type { HostEnvironment } from './environment.ts';

/** A copy of what this process was started with: the only place that reads it. */
export function hostEnvironment(): HostEnvironment {
  return { ...process.env };
}
