import type { Switches, SwitchName } from '../../activities/ports.ts';

/** The kill switches as the environment set them; one that is absent is on. `Environment` fits as it is. */
export function createSwitches(environment: Partial<Record<SwitchName, boolean>>): Switches {
  return { on: (name) => environment[name] ?? true };
}
