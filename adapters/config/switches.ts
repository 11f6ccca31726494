import type { SwitchListName, Switches, SwitchName } from '../../activities/ports.ts';

type Read = Partial<Record<SwitchName, boolean>> & Partial<Record<SwitchListName, readonly string[] | undefined>>;

/** The kill switches as the environment set them; one that is absent is on. `Environment` fits as it is. */
export function createSwitches(environment: Read): Switches {
  return { on: (name) => environment[name] ?? true, listed: (name) => environment[name] };
}
