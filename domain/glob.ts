// Line comments here: the patterns they show would end a block comment.

// Whether a path of the repository matches a glob: `*` and `?` stay within a folder, `**` crosses folders, a trailing
// `/` means everything below. Globs are anchored: `**/NAME` matches a name at any depth, the root included.
export function matchesPath(glob: string, path: string): boolean {
  const anchored = glob.startsWith('/') ? glob.slice(1) : glob;
  const whole = anchored.endsWith('/') ? `${anchored}**` : anchored;
  return new RegExp(`^${whole.replaceAll(PATH_TOKENS, translatePath)}$`, 's').test(path);
}

/** Whether a name matches a pattern in which `*` stands for any text, slashes included. */
export function matchesName(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 's').test(name);
}

const PATH_TOKENS = /\*\*\/|\*\*|\*|\?|[^*?]+/g;

function translatePath(token: string): string {
  switch (token) {
    case '**/':
      return '(?:.*/)?';
    case '**':
      return '.*';
    case '*':
      return '[^/]*';
    case '?':
      return '[^/]';
    default:
      return escape(token);
  }
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
