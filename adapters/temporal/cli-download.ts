import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { execa } from 'execa';
import type { Looked, Say } from './cli-step.ts';
import { found, missing, reason } from './cli-step.ts';
import { TEMPORAL_CLI_VERSION } from './cli-version.ts';

const CONNECT_MS = 4_000;
const STALL_MS = 15_000;
const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The official archive for this machine; undefined where Temporal publishes none that we can unpack. */
export function officialArchive(platform: string = process.platform, arch: string = process.arch): string | undefined {
  const [os, cpu] = [PLATFORMS[platform], ARCHITECTURES[arch]];
  if (!os || !cpu) return undefined;
  return `https://temporal.download/cli/archive/v${TEMPORAL_CLI_VERSION}?platform=${os}&arch=${cpu}`;
}

/**
 * Downloads the archive (tar.gz, about 45 MB) and unpacks it into `folder`.
 * Gives up when no answer comes within 4 s, or nothing more comes for 15 s.
 */
export async function downloadCli(url: string | undefined, folder: string, say: Say): Promise<Looked> {
  if (url === undefined) return missing(`no official archive for ${process.platform} ${process.arch}`);
  const stopped = new AbortController();
  const watchdog = createWatchdog(stopped);
  try {
    watchdog.expect(CONNECT_MS, `no answer within ${CONNECT_MS / 1000} s`);
    const response = await fetch(url, { signal: stopped.signal });
    if (!response.ok || !response.body) return missing(`${new URL(url).host} answered ${response.status}`);
    const archive = join(folder, 'temporal.tar.gz');
    const length = Number(response.headers.get('content-length') ?? 0);
    const progress = createProgress(length, say);
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    body.on('data', (chunk: Uint8Array) => {
      watchdog.expect(STALL_MS, `nothing came for ${STALL_MS / 1000} s`);
      progress(chunk.length);
    });
    await pipeline(body, createWriteStream(archive), { signal: stopped.signal });
    await execa('tar', ['-xzf', archive, '-C', folder]);
    return found(join(folder, 'temporal'));
  } catch (error) {
    return missing(`${new URL(url).host}: ${reason(stopped.signal.aborted ? stopped.signal.reason : error)}`);
  } finally {
    watchdog.stop();
  }
}

function createWatchdog(stopped: AbortController): { expect(ms: number, why: string): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    expect(ms, why) {
      clearTimeout(timer);
      timer = setTimeout(() => stopped.abort(new Error(why)), ms);
    },
    stop: () => clearTimeout(timer),
  };
}

/** Says every quarter once; says nothing when the length is unknown. */
function createProgress(length: number, say: Say): (bytes: number) => void {
  let [seen, told] = [0, 0];
  return (bytes) => {
    seen += bytes;
    const quarter = length > 0 ? Math.floor((seen / length) * 4) : 0;
    if (quarter <= told) return;
    told = quarter;
    say(`download: ${quarter * 25} % of ${Math.round(length / 1e6)} MB`);
  };
}
