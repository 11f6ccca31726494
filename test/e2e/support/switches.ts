import type { SwitchName, Switches } from '../../../activities/ports.ts';
import { waitFor } from '../../support/wait-for.ts';

export type SwitchBoard = {
  /** Switches that are off now. */
  off: Set<SwitchName>;
  /** The port's switches, with these off besides. */
  over: (switches: Switches) => Switches;
  /** How often the switch was read where it acts. */
  timesRead: (name: SwitchName) => number;
  /** Waits until the switch had three more chances to act. */
  readAgain: (name: SwitchName) => Promise<void>;
};

/** Kill switches in a test's hands, while everything runs. */
export function createSwitchBoard(): SwitchBoard {
  const off = new Set<SwitchName>();
  const read = new Map<SwitchName, number>();
  const timesRead = (name: SwitchName): number => read.get(name) ?? 0;
  return {
    off,
    timesRead,
    over: (switches) => ({
      ...switches,
      on: (name) => {
        read.set(name, timesRead(name) + 1);
        return !off.has(name) && switches.on(name);
      },
    }),
    readAgain: async (name) => {
      const before = timesRead(name);
      await waitFor(() => timesRead(name) >= before + 3, `${name} to be read`, 60_000);
    },
  };
}
