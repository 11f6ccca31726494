import type { Delivery, DeliveryOptions } from './deliver.ts';
import { deliver } from './deliver.ts';

/** A task whose documents a person approved, run until it has ended or needs a person again. */
export function approved(options: DeliveryOptions = {}): Delivery {
  const task = deliver(options);
  task.go();
  task.decide('approve');
  task.go();
  return task;
}

/** The same, stopped before the next step of this gate, role or action. */
export function approvedUpTo(name: string, options: DeliveryOptions = {}): Delivery {
  const task = deliver(options);
  task.go();
  task.decide('approve');
  task.goTo(name);
  return task;
}
