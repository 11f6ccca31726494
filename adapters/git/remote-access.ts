import { isAbsolute } from 'node:path';
import { PortError } from '../../activities/ports.ts';
import { withoutCredentials } from './trouble.ts';

const URL_SCHEME = /^(file|https?|ssh):\/\/[^-]/;
/** `git@host:path`; a host that begins with `-` would be an option of ssh. */
const SSH_SHORT = /^(?:[A-Za-z0-9_][\w.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!\/\/)[^:-]/;
// Address and secret are one word of a command line: nothing in it may end a line or not be seen.
const NEVER = /[\p{Cc}\p{Cf}\s]/u;

/**
 * The environment in which git reaches exactly this remote: by its own protocol and no other, wherever it is sent to.
 * Throws `Git.BadRemote` for what is neither a folder nor a http, https or ssh address; `ext::sh -c …` is a program.
 */
export function remoteAccess(url: string): { GIT_ALLOW_PROTOCOL: string } {
  const protocol = protocolOf(url);
  if (protocol !== undefined) return { GIT_ALLOW_PROTOCOL: protocol };
  throw new PortError(
    'Git.BadRemote',
    `Cannot reach a repository at ${JSON.stringify(withoutCredentials(url).slice(0, 80))}. Give an absolute folder, or an address with https, http or ssh.`,
    'config',
  );
}

function protocolOf(url: string): string | undefined {
  if (NEVER.test(url) && !isAbsolute(url)) return undefined;
  if (url.includes('\0')) return undefined;
  if (isAbsolute(url)) return 'file';
  const scheme = URL_SCHEME.exec(url)?.[1];
  if (scheme !== undefined) return scheme;
  return SSH_SHORT.test(url) && !url.includes('::') ? 'ssh' : undefined;
}
