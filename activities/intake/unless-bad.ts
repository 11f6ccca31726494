import { PortError } from '../ports.ts';

/** `unreadable`: only a person can mend this one card, and it holds up no other. Any other trouble is thrown. */
export async function unlessBad<T>(read: () => Promise<T>): Promise<T | 'unreadable'> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PortError && error.trouble === 'config') return 'unreadable';
    throw error;
  }
}
