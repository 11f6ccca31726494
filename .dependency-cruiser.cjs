/** The import table of docs/architecture.md, as rules. `import type` is told apart from imports at run time. */

const FOLDERS = ['domain', 'workflows', 'activities', 'adapters', 'app', 'worker', 'api', 'ops'];

/** Files of this folder may not reach `path`; `types: 'allowed'` lets `import type` pass. */
function never(folder, path, why, { types = 'forbidden', except } = {}) {
  return {
    name: `${folder}: ${why}`,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: {
      path,
      ...(except ? { pathNot: except } : {}),
      ...(types === 'allowed' ? { dependencyTypesNot: ['type-only'] } : {}),
    },
  };
}

const folders = (...names) => `^(${names.join('|')})/`;
const others = (...allowed) => folders(...FOLDERS.filter((name) => !allowed.includes(name)), 'test', 'demo');
const packages = (...names) => `node_modules/(${names.join('|')})(/|$)`;
const anyPackage = '(^|/)node_modules/';

module.exports = {
  forbidden: [
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'the product does not need development packages',
      severity: 'error',
      from: { path: folders(...FOLDERS), pathNot: '^worker/build\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },

    never('domain', others('domain'), 'imports itself only'),
    never('domain', anyPackage, 'zod is its only package', { except: packages('zod') }),
    {
      name: 'domain: zod in schema files only',
      severity: 'error',
      from: { path: '^domain/', pathNot: 'schema\\.ts$' },
      to: { path: packages('zod') },
    },
    {
      name: 'domain, workflows: no node builtins',
      severity: 'error',
      from: { path: folders('domain', 'workflows') },
      to: { dependencyTypes: ['core'] },
    },

    never('workflows', others('workflows', 'domain', 'activities'), 'import the domain only'),
    never('workflows', folders('activities'), 'activities as types only', { types: 'allowed' }),
    never('workflows', anyPackage, 'no package but the SDK in the sandbox', {
      except: packages('@temporalio/workflow', '@temporalio/common'),
    }),

    never('activities', others('activities', 'domain'), 'adapters arrive by injection'),
    never('activities', packages('@temporalio'), 'no SDK but the activity part', {
      except: packages('@temporalio/activity', '@temporalio/common'),
    }),

    never('adapters', others('adapters', 'domain', 'activities'), 'know vendors, not the product'),
    never('adapters', folders('activities'), 'the ports only', { except: '^activities/ports\\.ts$' }),
    never('adapters', packages('@temporalio'), 'no Temporal SDK'),

    never('app', folders('api', 'ops', 'worker'), 'is used by these, not the other way'),
    never('worker', folders('api', 'ops', 'adapters', 'activities'), 'gets its ports from app'),
    never('api', folders('worker', 'ops', 'adapters', 'activities'), 'gets its ports from app'),
    never('ops', folders('worker', 'api', 'adapters', 'activities'), 'gets its ports from app', { types: 'allowed' }),
    {
      name: 'worker, api, ops: of the workflows only the messages',
      severity: 'error',
      from: { path: folders('worker', 'api', 'ops') },
      to: { path: '^workflows/', pathNot: '^workflows/(messages|search-attributes)\\.ts$' },
    },

    {
      name: 'child processes in adapters only',
      severity: 'error',
      from: { path: folders(...FOLDERS), pathNot: '^adapters/' },
      to: { path: ['^(node:)?child_process$', packages('execa')] },
    },
    {
      name: 'the product does not import tests',
      severity: 'error',
      from: { path: folders(...FOLDERS) },
      to: { path: '^test/' },
    },
  ],
  options: {
    includeOnly: { path: [folders(...FOLDERS, 'test'), anyPackage, '^(node:)?[a-z_/]+$'] },
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
