/** The proof's view of a table: places a task can be at, and what leads from one to the next. */

/** A place says what it is in words; `timer` is the longest distance to the next look of a wait, in milliseconds. */
export type Node =
  | { kind: 'step'; label: string }
  | { kind: 'wait'; label: string; timer: number }
  | { kind: 'person'; label: string; timer: number }
  | { kind: 'done'; label: string };

/**
 * Why a task moves on. `counted`: a cap limits how often. `timed`: a timer or a nudge. `answered`: a person decided.
 * `free` costs nothing and happens by itself, so a loop of free edges alone would never end.
 */
export type Edge = { to: string; why: 'free' | 'counted' | 'timed' | 'answered' };

export type Graph = { start: string; nodes: Map<string, Node>; edges: Map<string, Edge[]> };

export function newGraph(start: string): Graph {
  return { start, nodes: new Map(), edges: new Map() };
}

/** Adds the node when it is new; the label is its identity. */
export function addNode(graph: Graph, node: Node): string {
  if (!graph.nodes.has(node.label)) graph.nodes.set(node.label, node);
  return node.label;
}

export function addEdge(graph: Graph, from: string, to: string, why: Edge['why']): void {
  const edges = graph.edges.get(from);
  if (edges) edges.push({ to, why });
  else graph.edges.set(from, [{ to, why }]);
}

/** The shortest path over the edges that `follow` lets through, from a node to the first that is a goal; the start itself is none. */
export function shortestPath(
  graph: Graph,
  from: string,
  goal: (label: string) => boolean,
  follow: (edge: Edge) => boolean = () => true,
): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [from];
  const seen = new Set<string>();
  for (const label of queue) {
    for (const edge of graph.edges.get(label) ?? []) {
      if (!follow(edge) || seen.has(edge.to)) continue;
      seen.add(edge.to);
      cameFrom.set(edge.to, label);
      if (goal(edge.to)) return walkBack(cameFrom, from, edge.to);
      queue.push(edge.to);
    }
  }
  return undefined;
}

function walkBack(cameFrom: Map<string, string>, from: string, to: string): string[] {
  const path = [to];
  for (let label = cameFrom.get(to); label !== undefined; label = cameFrom.get(label)) {
    path.unshift(label);
    if (label === from) break;
  }
  return path;
}

/** Every node a task can get to, the nearest first. */
export function reachable(graph: Graph): string[] {
  const seen = new Set([graph.start]);
  for (const label of seen) for (const { to } of graph.edges.get(label) ?? []) seen.add(to);
  return [...seen];
}
