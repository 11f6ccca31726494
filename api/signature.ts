import { createHmac, timingSafeEqual } from 'node:crypto';

const HEX = /^[0-9a-f]{64}$/;

/** Whether any of the secrets signed exactly these bytes. `given` is the hex digest without its prefix. */
export function isSigned(bytes: Buffer, given: string, secrets: readonly string[]): boolean {
  if (!HEX.test(given)) return false;
  const signature = Buffer.from(given, 'hex');
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(bytes).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  });
}
