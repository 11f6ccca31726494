import type { Pipeline } from './pipeline.ts';
import { buildGraph } from './proof/build-graph.ts';
import type { Edge, Graph, Node } from './proof/graph.ts';
import { reachable, shortestPath } from './proof/graph.ts';
import type { WorstCase } from './proof/worst-case.ts';
import { worstCase } from './proof/worst-case.ts';

export type Rule =
  'every wait has a timer' | 'every position reaches done or a person' | 'every loop is counted by a cap';

/** `path`: the shortest one from the first position to where the rule breaks, in words. */
export type Proof =
  | { kind: 'proven'; nodes: number; waits: number; worstCase: WorstCase }
  | { kind: 'broken'; rule: Rule; path: string[] };

/**
 * Proves a table over the graph of (position, kind of wait): no wait lacks a timer, every node reaches done or a
 * person, and no loop runs without a cap, a timer or a person. Never throws, whatever the table holds.
 */
export function provePipeline(pipeline: Pipeline): Proof {
  const graph = buildGraph(pipeline);
  const labels = reachable(graph);
  for (const label of labels) {
    const node = graph.nodes.get(label);
    if (lacksTimer(node)) return broken(graph, 'every wait has a timer', label);
    if (isStuck(graph, label, node)) return broken(graph, 'every position reaches done or a person', label);
    const loop = shortestPath(graph, label, (to) => to === label, isFree);
    if (loop) return broken(graph, 'every loop is counted by a cap', label, loop.slice(1));
  }
  const waits = labels.filter((label) => isWait(graph.nodes.get(label))).length;
  return { kind: 'proven', nodes: labels.length, waits, worstCase: worstCase(pipeline) };
}

function lacksTimer(node: Node | undefined): boolean {
  return node !== undefined && isWait(node) && !(Number.isFinite(node.timer) && node.timer > 0);
}

function isWait(node: Node | undefined): node is Node & { timer: number } {
  return node?.kind === 'wait' || node?.kind === 'person';
}

function isStuck(graph: Graph, label: string, node: Node | undefined): boolean {
  if (!node) return true;
  if (isEnd(node)) return false;
  return shortestPath(graph, label, (to) => isEnd(graph.nodes.get(to))) === undefined;
}

function isEnd(node: Node | undefined): boolean {
  return node?.kind === 'done' || node?.kind === 'person';
}

function isFree(edge: Edge): boolean {
  return edge.why === 'free';
}

function broken(graph: Graph, rule: Rule, label: string, more: string[] = []): Proof {
  const way = label === graph.start ? [label] : (shortestPath(graph, graph.start, (to) => to === label) ?? [label]);
  return { kind: 'broken', rule, path: [...way, ...more] };
}
