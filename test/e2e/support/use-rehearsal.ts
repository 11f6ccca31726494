import { inject } from 'vitest';
import type { Rehearsal, RehearsalOptions } from '../../support/rehearsal/rehearsal.ts';
import { withRehearsal } from '../../support/rehearsal/rehearsal.ts';
import { useOpen } from './use-open.ts';

/** One rehearsal for all tests of the file or the block. */
export function useRehearsal(options: RehearsalOptions = {}): () => Rehearsal {
  return useOpen((work) => withRehearsal(inject('temporal'), options, work));
}
