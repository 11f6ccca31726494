/** How an item's newest run ended, by Temporal's clock. `stopped`: from outside, so that nothing was written to its card. */
export type Closed = { at: number; stopped?: true };

/** What a look at a card in the entry state says about who moved it there, by the tracker's clock. */
export type MovedIntoEntry = { moved?: { at: number; ours: boolean }; wroteAt?: number };

/**
 * Whether a person wants the item delivered once more: somebody else's move into the entry state came after the end.
 * A run that ended by itself wrote its card last, so the tracker's own clock tells, however far the two are apart.
 */
export function isReopened({ moved, wroteAt }: MovedIntoEntry, { at, stopped }: Closed): boolean {
  if (!moved || moved.ours) return false;
  return moved.at > at || (stopped !== true && wroteAt !== undefined && moved.at > wroteAt);
}
