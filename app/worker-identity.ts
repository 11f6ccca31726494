import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { SwitchName } from '../activities/ports.ts';
import { SWITCH_NAMES } from '../activities/ports.ts';
import type { Config } from '../adapters/config/config.ts';
import type { Environment } from '../adapters/config/environment.ts';

/** How a worker runs, as far as it must be the same on all of them. */
export type Setting = {
  version: string;
  /** Kill switches that are off, by their short names, e.g. `gate-timers`. */
  off: readonly string[];
  /** Six hexadecimal digits over everything configured but paths of this machine. */
  config: string;
};

export type WorkerIdentity = Setting & { process: string };

/** What this program would run with. */
export function settingOf(
  { config, environment }: { config: Config; environment: Environment },
  version: string,
): Setting {
  const { file: _file, data: _data, ...shared } = config;
  const repositories = environment.CONVEYOR_IMAGE_FRESHNESS_REPOS ?? null;
  return {
    version,
    off: SWITCH_NAMES.filter((name) => !environment[name]).map(shortName),
    config: digestOf([shared, repositories]),
  };
}

/** This process's identity, which Temporal shows with everything it did: `1234@host v0.1.0 off=none cfg=ab12cd`. */
export function identityOf(setting: Setting): string {
  return formatIdentity({ ...setting, process: `${process.pid}@${hostname()}` });
}

export function formatIdentity({ process: who, ...setting }: WorkerIdentity): string {
  return `${who} ${formatSetting(setting)}`;
}

export function formatSetting({ version, off, config }: Setting): string {
  return `v${version} off=${off.length === 0 ? 'none' : off.join(',')} cfg=${config}`;
}

/** undefined for a worker that is not one of ours, or so old that it does not say how it runs. */
export function parseIdentity(text: string): WorkerIdentity | undefined {
  const [, who, version, off, config] = /^(\S+) v(\S+) off=(\S+) cfg=([0-9a-f]{6})$/.exec(text) ?? [];
  if (who === undefined || version === undefined || off === undefined || config === undefined) return undefined;
  return { process: who, version, off: off === 'none' ? [] : off.split(','), config };
}

/** `CONVEYOR_GATE_TIMERS_ENABLED` → `gate-timers`. */
function shortName(name: SwitchName): string {
  return name
    .replace(/^CONVEYOR_/, '')
    .replace(/_ENABLED$/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex').slice(0, 6);
}

/** The order of keys in a file says nothing. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
