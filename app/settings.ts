/** The configuration as commands see it. */

export { loadConfig } from '../adapters/config/load-config.ts';
export type { ConfigRead } from '../adapters/config/load-config.ts';
export type { Config, ProjectConfig } from '../adapters/config/config.ts';
export type { Problem } from '../adapters/config/problem.ts';
