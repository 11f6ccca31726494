import { delimiter, dirname } from 'node:path';

/** Variables by name; what is handed in is filtered by an allow-list, so passing the whole environment is safe. */
export type Environment = Readonly<Record<string, string | undefined>>;

const NETWORK = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];
const FOR_GIT = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'SSH_AUTH_SOCK', ...NETWORK];
const FOR_COMMANDS = ['PATH', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS', ...NETWORK];

/**
 * What git gets: nothing asks at a terminal, nothing of the machine's or the user's git configuration applies, and
 * no other repository is reached but those on this machine, unless the call says how (`remoteAccess`).
 */
export function gitEnvironment(env: Environment | undefined): Record<string, string> {
  return {
    ...allowed(env, FOR_GIT),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_ALLOW_PROTOCOL: 'file',
    // No object stands for another one, and none is fetched because something that was read mentions it.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
  };
}

/** What a command in a clean checkout gets: no home, no credentials, and its own folder for what it leaves. */
export function commandEnvironment(
  env: Environment | undefined,
  folders: { home: string; tmp: string },
): Record<string, string> {
  return { ...allowed(env, FOR_COMMANDS), CI: 'true', HOME: folders.home, TMPDIR: folders.tmp };
}

function allowed(env: Environment = {}, names: readonly string[]): Record<string, string> {
  const given = names.map((name) => [name, env[name]] as const);
  const found = given.filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  return {
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    ...Object.fromEntries(found),
  };
}
