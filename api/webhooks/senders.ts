import type { Sender } from '../../domain/webhooks/heard.ts';

/** How a sender's deliveries look on the wire. Header names in lower case. */
export type SenderHttp = {
  signature: { header: string; prefix: '' | 'sha256=' };
  /** Says what happened; only Gitea does not repeat it in the signed body. */
  event: string;
  /** Only for the log: a sender's retry may have a new one. */
  delivery: string;
  /** Bytes a body may have. */
  limit: number;
};

const MIB = 1024 * 1024;

export const SENDER_HTTP: Record<Sender, SenderHttp> = {
  plane: {
    signature: { header: 'x-plane-signature', prefix: '' },
    event: 'x-plane-event',
    delivery: 'x-plane-delivery',
    // Plane takes texts of up to 5 MiB and sends them whole, escaped; what is refused here is never sent again.
    limit: 8 * MIB,
  },
  gitea: {
    signature: { header: 'x-gitea-signature', prefix: '' },
    event: 'x-gitea-event-type',
    delivery: 'x-gitea-delivery',
    limit: MIB,
  },
  local: {
    signature: { header: 'x-conveyor-signature', prefix: 'sha256=' },
    event: 'x-conveyor-event',
    delivery: 'x-conveyor-delivery',
    limit: MIB,
  },
};
