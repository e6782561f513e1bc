import type { ConnectionOptions } from '../../contract/model/model.ts';
import { generateClientId } from '../../core/session/auth/client-id.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { Attempt } from '../link/attempt.ts';
import { IDS_BEFORE, SessionMemory } from '../link/session-memory.ts';

/** A broker that is well answers CONNECT in less. ms */
const ANSWER_MS = 3_000;
/** Time for DISCONNECT to leave. ms */
const CLOSE_MS = 500;

/**
 * These options for a connection that touches no session: an id of its own, no will, and a session that ends
 * with the connection, on 5 without the property, before with a clean session.
 */
export function asStranger(options: ConnectionOptions, random: () => number): ConnectionOptions {
  return {
    ...options,
    clientId: generateClientId(random),
    cleanStart: true,
    sessionExpiry: null,
    will: null,
  };
}

/**
 * Whether the broker answers a second connection, with an acceptance or a refusal; it is closed at once.
 * Resolves within `ANSWER_MS`; false where nothing came of it.
 */
export function answersElsewhere(
  options: ConnectionOptions,
  version: WireVersion,
  ports: ConnectionPorts,
): Promise<boolean> {
  const asked = { ...asStranger(options, ports.random), connectTimeoutMs: ANSWER_MS };
  return new Promise((resolve) => {
    const attempt = new Attempt(
      {
        options: asked,
        clientId: asked.clientId,
        version,
        memory: new SessionMemory(IDS_BEFORE),
        intake: { message: () => undefined },
        maxPayloadBytes: 1,
        ports,
      },
      {
        phase: () => undefined,
        notes: () => undefined,
        accepted: () => {
          resolve(true);
          void attempt.close(CLOSE_MS);
        },
        ready: () => undefined,
        pinged: () => undefined,
        fault: () => undefined,
        ended: ({ code }) => resolve(code !== null),
      },
    );
  });
}
