import { createHmac } from 'node:crypto';

/** `sha256=<hex>`: HMAC-SHA256 of the raw bytes, as the header `X-Conveyor-Signature` carries it. */
export function sign(secret: string, bytes: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
}
