export type Countdown = { next: () => void; over: Promise<void> };

/** `over` settles with the nth call of `next`. */
export function countdown(from: number): Countdown {
  let left = from;
  let settle = (): void => undefined;
  const over = new Promise<void>((resolve) => (settle = resolve));
  return {
    over,
    next: () => {
      left--;
      if (left === 0) settle();
    },
  };
}
