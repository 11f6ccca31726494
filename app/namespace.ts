import type { Client } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time.js';
import { PortError } from '../activities/ports.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';
import { grpcCode, saidBy } from './unanswered.ts';

/** How long closed tasks have to stay readable: until then a reopened card knows that it was delivered. */
export const RETENTION_DAYS = 90;

const DAY_MS = 86_400_000;
const CALL_MS = 10_000;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const UNIMPLEMENTED = 12;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/** What a namespace has of what Conveyor needs; `attributes` are the names that are missing. */
export type Namespace = { retentionDays: number; attributes: { missing: string[]; otherwise: string[] } };

/** undefined when the namespace does not exist. Throws `Temporal.Refused` and `Temporal.Unreachable`. */
export async function readNamespace(client: Client, name: string): Promise<Namespace | undefined> {
  return ask(client, `read the namespace ${name}`, async () => {
    const { workflowService, operatorService } = client.connection;
    const described = await workflowService.describeNamespace({ namespace: name }).catch((error: unknown) => {
      if (grpcCode(error) === NOT_FOUND) return undefined;
      throw error;
    });
    if (described === undefined) return undefined;
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace: name });
    const retentionMs = optionalTsToMs(described.config?.workflowExecutionRetentionTtl) ?? 0;
    return { retentionDays: Math.floor(retentionMs / DAY_MS), attributes: compare(customAttributes ?? {}) };
  });
}

export async function createNamespace(client: Client, name: string): Promise<void> {
  const workflowExecutionRetentionPeriod = msToTs(RETENTION_DAYS * DAY_MS);
  const description = 'Conveyor';
  await ask(client, `create the namespace ${name}`, async () => {
    try {
      await client.workflowService.registerNamespace({
        namespace: name,
        description,
        workflowExecutionRetentionPeriod,
      });
    } catch (error) {
      // Somebody else did in the same moment.
      if (grpcCode(error) !== ALREADY_EXISTS) throw error;
    }
  });
}

export async function raiseRetention(client: Client, name: string): Promise<void> {
  const config = { workflowExecutionRetentionTtl: msToTs(RETENTION_DAYS * DAY_MS) };
  await ask(client, `change the retention of the namespace ${name}`, () =>
    client.workflowService.updateNamespace({ namespace: name, config }),
  );
}

/** Registers these of ours. */
export async function addAttributes(client: Client, name: string, missing: readonly string[]): Promise<void> {
  const searchAttributes = Object.fromEntries(
    SEARCH_ATTRIBUTES.filter((attribute) => missing.includes(attribute.name)).map(
      (attribute) => [attribute.name, encodeSearchAttributeIndexedValueType(attribute.type) ?? 0] as const,
    ),
  );
  await ask(client, `register search attributes in ${name}`, () =>
    client.connection.operatorService.addSearchAttributes({ namespace: name, searchAttributes }),
  );
}

/** Missing, and registered with another type than ours. */
function compare(registered: Record<string, unknown>): Namespace['attributes'] {
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => registered[name] === undefined);
  const otherwise = SEARCH_ATTRIBUTES.filter(({ name, type }) => {
    const has = registered[name];
    const code = encodeSearchAttributeIndexedValueType(type);
    return has !== undefined && has !== code && has !== `INDEXED_VALUE_TYPE_${type}`;
  });
  return { missing: missing.map(({ name }) => name), otherwise: otherwise.map(({ name }) => name) };
}

async function ask<T>(client: Client, what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + CALL_MS, request);
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    throw toTrouble(what, cause);
  }
}

/** A Cloud namespace is kept by its own tools: the server refuses these calls there. */
function toTrouble(what: string, cause: unknown): PortError {
  const code = grpcCode(cause);
  const said = saidBy(cause);
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED || code === UNIMPLEMENTED) {
    const list = SEARCH_ATTRIBUTES.map(({ name, type }) => `${name} (${type})`).join(', ');
    const todo = `With Temporal Cloud do it there: retention ${RETENTION_DAYS} days, search attributes ${list}.`;
    return new PortError('Temporal.Refused', `Temporal does not let us ${what} (${said}). ${todo}`, 'auth', { cause });
  }
  return new PortError('Temporal.Unreachable', `Cannot ${what}: Temporal says: ${said}.`, 'transient', { cause });
}
