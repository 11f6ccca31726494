/** One port in front of many: each call goes to the provider of its project or repository. */

import type { AgentRunner, Forge, Tracker } from '../activities/ports.ts';

type Pick<T> = (name: string) => T;

export function trackersByProject(of: Pick<Tracker>): Tracker {
  return {
    changes: (project, since) => of(project).changes(project, since),
    item: (project, key) => of(project).item(project, key),
    look: (project, key) => of(project).look(project, key),
    move: (project, key, role) => of(project).move(project, key, role),
    comment: (project, key, comment) => of(project).comment(project, key, comment),
  };
}

export function forgesByRepository(of: Pick<Forge>): Forge {
  return {
    tip: (repo, branch) => of(repo).tip(repo, branch),
    openPullRequest: (repo, open) => of(repo).openPullRequest(repo, open),
    pullRequest: (repo, number) => of(repo).pullRequest(repo, number),
    reviews: (repo, number) => of(repo).reviews(repo, number),
    publishReview: (repo, number, review) => of(repo).publishReview(repo, number, review),
    statuses: (repo, sha) => of(repo).statuses(repo, sha),
    protection: (repo, base) => of(repo).protection(repo, base),
    land: (repo, land) => of(repo).land(repo, land),
  };
}

export function runnersByProject(of: Pick<AgentRunner>): AgentRunner {
  return {
    run: (request, control) => of(request.project).run(request, control),
    endEarlier: (earlier) => of(earlier.project).endEarlier(earlier),
  };
}

/** Looks a name up once made, and says which ones there are when it is unknown. */
export function known<T>(what: string, table: Readonly<Record<string, T>>): Pick<T> {
  return (name) => {
    const value = Object.hasOwn(table, name) ? table[name] : undefined;
    if (value === undefined) {
      throw new Error(`conveyor.yaml has no ${what} "${name}"; it has ${Object.keys(table).join(', ') || 'none'}`);
    }
    return value;
  };
}
