import { pageBytes, shareOfMemory } from './process-table.ts';
import type { Process } from './process-table.ts';
import type { Tree } from './process-tree.ts';
import { createCensus } from './process-tree.ts';

/** What a run's processes may be and hold, all together; absent = no bound. */
export type Bounds = { memoryBytes?: number | undefined; processes?: number | undefined };

export type OverLimit = { kind: 'over-limit'; detail: string };

const LOOK_MS = 500;
/** Above half of a bound it may be reached before the next usual look. */
const NEAR_LOOK_MS = 100;
/** Looking takes at most this share of the worker's time, however many processes there are. */
const MOST_OF_TIME = 20;

/** Looks at the tree until it is stopped; calls `onOver` once when the tree is over a bound. Sees nothing without /proc. */
export function watchBounds(tree: Tree, bounds: Bounds, onOver: (over: OverLimit) => void): { stop(): void } {
  const { memoryBytes, processes } = bounds;
  if (memoryBytes === undefined && processes === undefined) return { stop: () => undefined };
  const census = createCensus(tree);
  const page = pageBytes();
  let timeout = setTimeout(look, NEAR_LOOK_MS);

  function look(): void {
    const from = performance.now();
    const found = census();
    const bytes = found.reduce((sum, { pages }) => sum + pages * page, 0);
    const detail = tooMany(found, processes) ?? tooBig(found, bytes, memoryBytes);
    if (detail !== undefined) return onOver({ kind: 'over-limit', detail });
    const near = bytes > (memoryBytes ?? Infinity) / 2 || found.length > (processes ?? Infinity) / 2;
    const took = performance.now() - from;
    timeout = setTimeout(look, Math.max(near ? NEAR_LOOK_MS : LOOK_MS, MOST_OF_TIME * took));
  }

  return { stop: () => clearTimeout(timeout) };
}

function tooMany({ length }: Process[], most: number | undefined): string | undefined {
  if (most === undefined || length <= most) return undefined;
  return `it had ${length} processes at once, more than the ${most} it may have`;
}

function tooBig(found: Process[], resident: number, most: number | undefined): string | undefined {
  if (most === undefined || resident <= most) return undefined;
  // Only now what processes share is counted once: reading that costs more.
  const bytes = found.reduce((sum, { pid }) => sum + (shareOfMemory(pid) ?? 0), 0) || resident;
  if (bytes <= most) return undefined;
  return `it used ${mebibytes(bytes)} of memory, more than the ${mebibytes(most)} it may use`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
