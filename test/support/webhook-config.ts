import type { Config, ProjectConfig } from '../../adapters/config/config.ts';

/** The recorded servers' project, repository and accounts, and a second project of nobody recorded. */
export const RECORDED = {
  planeProject: '64743929-055d-45f4-924b-633d95ef8e78',
  planeBot: '8063d947-d5e5-497a-8f67-3d4c46cb8073',
  giteaRepo: 'acme/shop',
} as const;

/** What reading webhooks needs of a configuration: `SHOP` is the recorded servers', `DEMO` has no names there. */
export function twoProjects(ourAccounts: Config['ourAccounts'] = { plane: [], gitea: [] }): Config {
  const { planeProject, giteaRepo } = RECORDED;
  const projects = {
    SHOP: { key: 'SHOP', repo: 'shop', base: 'main', webhooks: { planeProject, giteaRepo } },
    DEMO: { key: 'DEMO', repo: 'demo', base: 'main', webhooks: {} },
  } as unknown as Record<string, ProjectConfig>;
  return { projects, ourAccounts } as Config;
}
