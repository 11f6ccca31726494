/** What the service says to a visitor. */
export function greeting(name) {
  return `Hello, ${name}!`;
}
