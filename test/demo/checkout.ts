import { execa } from 'execa';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { promptFor } from '../../domain/prompts/prompt-for.ts';
import { readReport } from '../../domain/report.ts';
import type { Report } from '../../domain/run.ts';
import type { Finding } from '../../domain/verdict.ts';

const DEMO = path.resolve(import.meta.dirname, '../../demo');
const BRANCH = 'task/DEMO-1-greet-in-the-visitors-language';

/** The report as an agent printed it last, and everything it printed. */
export type AgentAnswer = { report: Report; output: string };

/** A clone of the sample repository, as an agent would find it. */
export type Checkout = {
  path: string;
  git: (...args: string[]) => Promise<string>;
  run: (...args: string[]) => Promise<{ exitCode: number; output: string }>;
  /** Runs the role's program on the prompt it would get, or on another one. */
  agent: (role: string, prompt?: Feedback | string) => Promise<AgentAnswer>;
  /** Commits what an agent left, as the system does. */
  seal: (message: string) => Promise<string>;
  remove: () => Promise<void>;
};

/** Makes the first commit on `main`, and a task branch without a remote. */
export async function checkout(): Promise<Checkout> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'conveyor-demo-'));
  await cp(path.join(DEMO, 'repository'), directory, { recursive: true });
  const env = { PATH: process.env['PATH'] ?? '', CONVEYOR_ATTEMPT: 'DEMO-1#1/stage/1' };
  const options = { cwd: directory, env, extendEnv: false };

  async function git(...args: string[]): Promise<string> {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@demo.invalid'];
    return (await execa('git', [...identity, ...args], options)).stdout;
  }

  async function run(...args: string[]): Promise<{ exitCode: number; output: string }> {
    const result = await execa(process.execPath, args, { ...options, reject: false, all: true });
    return { exitCode: result.exitCode ?? -1, output: result.all };
  }

  async function agent(role: string, given: Feedback | string = {}): Promise<AgentAnswer> {
    const program = path.join(DEMO, 'agents', `${role}.mjs`);
    const prompt = typeof given === 'string' ? given : await demoPrompt(role, await git('rev-parse', 'HEAD'), given);
    const { stdout } = await execa(process.execPath, [program], {
      ...options,
      env: { ...env, CONVEYOR_ROLE: role },
      input: prompt,
    });
    const read = readReport(parse(frontMatter(stdout)));
    if (read.kind === 'invalid') throw new Error(`${read.why}\n${stdout}`);
    return { report: read.report, output: stdout };
  }

  async function seal(message: string): Promise<string> {
    await git('add', '--all');
    if ((await git('status', '--porcelain')) !== '') await git('commit', '--quiet', '--message', message);
    return git('rev-parse', 'HEAD');
  }

  await git('init', '--quiet', '--initial-branch', 'main');
  await seal('First commit');
  await git('checkout', '--quiet', '-b', BRANCH);
  return { path: directory, git, run, agent, seal, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** The prompt of a later attempt carries what sent the one before back. */
export type Feedback = { findings?: Finding[]; words?: string[] };

/** The prompt a role is really given for the demo's card. */
export async function demoPrompt(role: string, head: string, feedback: Feedback = {}): Promise<string> {
  const card = await readFile(path.join(DEMO, 'card.md'), 'utf8');
  const { owes, documents } = DEFAULT_PIPELINE.roles[role] ?? { owes: 'changes', documents: [] };
  return promptFor({
    role,
    owes,
    documents,
    key: 'DEMO-1',
    title: /^# (.+)$/m.exec(card)?.[1] ?? '',
    body: card.replace(/^# .+\n+/, ''),
    branch: BRANCH,
    head,
    base: 'main',
    findings: feedback.findings ?? [],
    words: feedback.words ?? [],
    attempt: feedback.findings ? 2 : 1,
  });
}

function frontMatter(output: string): string {
  const found = /(?:^|\n)---\n(verdict: .*?)\n---\n/s.exec(output)?.[1];
  if (!found) throw new Error(`No report in:\n${output}`);
  return found;
}
