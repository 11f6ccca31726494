const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/**
 * The template with every `{{name}}` replaced, in one pass: a value that contains a placeholder stays as it is.
 * Throws an `Error` that names a variable the template uses and nobody gave, or one given that the template ignores.
 */
export function render(template: string, variables: Record<string, string>): string {
  const used = new Set<string>();
  const text = template.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) throw new Error(`The prompt template uses ${placeholder}, but no such variable is given`);
    used.add(name);
    return value;
  });
  const unused = Object.keys(variables).find((name) => !used.has(name));
  if (unused !== undefined) throw new Error(`The prompt template does not use the given variable "${unused}"`);
  return text;
}
