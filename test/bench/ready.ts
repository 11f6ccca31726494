import { compiledProgram } from '../e2e/support/program.ts';

/** Programs are compiled once for each content of the sources: that is no part of what starting one takes. */
export async function compiledProgramsReady(): Promise<void> {
  await compiledProgram('worker/main');
}
