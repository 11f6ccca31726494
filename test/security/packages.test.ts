import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/documents.ts';

type Locked = {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
  os?: string[];
  cpu?: string[];
};

/**
 * What runs on a machine that installs without `--ignore-scripts`, as it was read by a person. None of them is needed:
 * the installation is whole without.
 */
const REVIEWED: Record<string, { version: string; runs: string; does: string }> = {
  'node_modules/@swc/core': {
    version: '1.16.22',
    runs: 'node postinstall.js',
    does: 'looks whether the binary of this platform is there',
  },
  'node_modules/esbuild': {
    version: '0.28.2',
    runs: 'node install.js',
    does: 'puts the binary of this platform in the place of a script',
  },
  'node_modules/@grpc/proto-loader/node_modules/protobufjs': {
    version: '7.6.6',
    runs: 'node scripts/postinstall',
    does: 'prints a warning about versions',
  },
};
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

function json(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

/** The scripts in the `package.json` that is installed there. */
function scriptsOf(path: string): Record<string, string> {
  return (json(join(path, 'package.json')) as { scripts?: Record<string, string> }).scripts ?? {};
}

const lock = json('package-lock.json') as { lockfileVersion: number; packages: Record<string, Locked> };
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
const own = json('package.json') as { dependencies: Record<string, string>; devDependencies: Record<string, string> };

describe('every package', () => {
  it('that we ask for is asked for by one version; what only the compiler reads may be newer', () => {
    const ranges = Object.entries({ ...own.dependencies, ...own.devDependencies }).filter(
      ([, range]) => !EXACT.test(range),
    );
    expect(ranges.map(([name]) => name)).toEqual(['@types/node']);
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toContain('save-exact=true');
  });

  it('is locked to one version, of the registry and no other place', () => {
    expect(locked.length).toBeGreaterThan(200);
    const loose = locked.filter(([, { version, link, resolved }]) => {
      const elsewhere = resolved !== undefined && !resolved.startsWith('https://');
      return link === true || elsewhere || !EXACT.test(version ?? '');
    });
    expect(loose).toEqual([]);
  });

  it('that Linux on x64 or arm64 installs has a checksum', () => {
    const without = locked.filter(([, { integrity }]) => !(integrity ?? '').startsWith('sha512-'));
    // Binaries of other platforms: named as open in SECURITY.md.
    const wanted = without.filter(([path, { os, cpu }]) => {
      const here = (os === undefined || os.includes('linux')) && (cpu === undefined || /x64|arm64/.test(cpu.join()));
      return here && !path.includes('musl');
    });
    expect(wanted.map(([path]) => path)).toEqual([]);
    expect(without.every(([, { optional }]) => optional === true)).toBe(true);
  });

  it('that runs a script when it is installed has been read', () => {
    const scripts = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const read = Object.entries(REVIEWED).map(([path, { version }]) => `${path} ${version}`);
    expect(new Set(scripts.map(([path, { version }]) => `${path} ${version}`))).toEqual(new Set(read));
  });

  it.each(Object.entries(REVIEWED))('%s still runs what was read', (path, { runs, does }) => {
    const scripts = scriptsOf(path);
    const installing = Object.entries(scripts).filter(([name]) => /^(?:pre|post)?install$/.test(name));
    expect(installing, does).toEqual([['postinstall', runs]]);
  });
});

it('no installed package but those runs a script of its own, whatever the lock file says', () => {
  const silent = locked.filter(
    ([path]) => REVIEWED[path] === undefined && existsSync(join(ROOT, path, 'package.json')),
  );
  const scripted = silent.filter(([path]) => {
    const scripts = scriptsOf(path);
    // A `binding.gyp` would be built without being named.
    return (
      ['preinstall', 'install', 'postinstall'].some((name) => name in scripts) ||
      existsSync(join(ROOT, path, 'binding.gyp'))
    );
  });
  expect(scripted.map(([path]) => path)).toEqual([]);
});

it('nothing of this repository is run by a hosted CI with somebody else’s actions', () => {
  for (const folder of ['.github/workflows', '.gitea/workflows', '.gitlab-ci.yml']) {
    expect(existsSync(join(ROOT, folder))).toBe(false);
  }
});
