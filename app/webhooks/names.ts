import type { Config } from '../../adapters/config/config.ts';
import type { RepoPlace } from '../../domain/webhooks/heard.ts';
import type { GiteaNames } from '../../domain/webhooks/gitea.ts';
import type { PlaneNames } from '../../domain/webhooks/plane.ts';

/** Names of senders to names of ours. Maps, because a payload may ask for `__proto__`. */
export type WebhookNames = {
  plane: PlaneNames;
  gitea: GiteaNames;
  /** The local providers use our own names. */
  local: { isProject: (project: string) => boolean; repoOf: GiteaNames['repoOf'] };
};

export function webhookNames({ projects, ourAccounts }: Pick<Config, 'projects' | 'ourAccounts'>): WebhookNames {
  const all = Object.values(projects);
  const repos = new Map<string, RepoPlace>();
  for (const { repo, base } of all) repos.set(repo, { repo, bases: [...(repos.get(repo)?.bases ?? []), base] });
  const planeProjects = new Map(
    all.flatMap(({ key, webhooks }) =>
      webhooks.planeProject === undefined ? [] : [[lower(webhooks.planeProject), key]],
    ),
  );
  const giteaRepos = new Map(
    all.flatMap(({ repo, webhooks }) => (webhooks.giteaRepo === undefined ? [] : [[lower(webhooks.giteaRepo), repo]])),
  );
  const planeAccounts = new Set(ourAccounts.plane.map(lower));
  const giteaAccounts = new Set(ourAccounts.gitea.map(lower));
  return {
    plane: {
      projectOf: (id) => planeProjects.get(lower(id)),
      isOurs: (account) => planeAccounts.has(lower(account)),
    },
    gitea: {
      repoOf: (fullName) => repos.get(giteaRepos.get(lower(fullName)) ?? ''),
      isOurs: (login) => giteaAccounts.has(lower(login)),
    },
    local: {
      isProject: (project) => Object.hasOwn(projects, project),
      repoOf: (repo) => repos.get(repo),
    },
  };
}

/** Both servers take names and ids in any case and mean the same by them. */
function lower(text: string): string {
  return text.toLowerCase();
}
