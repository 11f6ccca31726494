import { createHmac, timingSafeEqual } from 'node:crypto';

const HEX = /^[0-9a-f]{64}$/;

/** The signature a header carries, as bytes; undefined when it has not the shape of one. */
export function signatureIn(header: string | undefined, prefix: string): Buffer | undefined {
  if (header === undefined || !header.startsWith(prefix)) return undefined;
  const hex = header.slice(prefix.length);
  return HEX.test(hex) ? Buffer.from(hex, 'hex') : undefined;
}

/** Whether any of the secrets signed exactly these bytes. */
export function isSigned(bytes: Buffer, signature: Buffer, secrets: readonly string[]): boolean {
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(bytes).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  });
}
