/** What is wrong with the configuration and where. Line and column count from 1; 0 = the place has none. */
export type Problem = { file: string; line: number; column: number; message: string };

/** The `file` of problems with environment variables, which have no line. */
export const ENVIRONMENT = 'environment';

/** `conveyor.yaml:4:11 unknown gate "ic" …`. */
export function formatProblem({ file, line, column, message }: Problem): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column} ${message}`;
}

/** In the order of the file, each once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const once = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
