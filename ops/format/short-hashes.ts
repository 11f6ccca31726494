/** Hashes and commits, cut to what people compare. */
export function shortHashes(text: string): string {
  return text.replaceAll(/[0-9a-f]{12,}/g, (hex) => hex.slice(0, 7));
}
