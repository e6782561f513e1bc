import { escapeUnsafe } from '../../core/payload/visible.ts';
import type { Duplex } from 'node:stream';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { NO_FACTS } from '../../contract/session/session-blank.ts';
import type { SessionFacts } from '../../contract/model/session-facts.ts';
import { utf8Length } from '../../core/payload/utf8.ts';
import { atPort } from '../../core/profiles/host.ts';
import type { Dialled } from '../dial/dial.ts';
import type { OnlineSession } from '../session/broker-session.ts';
import { termsOf } from './session-terms.ts';

type SettledFacts = Omit<
  SessionFacts,
  'inFlight' | 'inFlightTotal' | 'queue' | 'quarantined' | 'quarantineDropped' | 'outcome'
>;

/** User properties and texts of a broker that are shown. */
const MOST_PROPERTIES = 200;

/** As it may be shown: what a broker says is foreign text. */
const escaped = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : escapeUnsafe(text);

/** What is known of a session from its CONNACK on: it does not change while it runs. */
export function settledFacts(
  options: ConnectionOptions,
  { clientId, link, dialled, connack }: OnlineSession,
): SettledFacts {
  const { properties, sessionPresent } = connack;
  const { version } = link;
  return {
    terms: termsOf({ options, clientId, version, connack, keepAlive: link.keepAliveMs / 1_000 }),
    userProperties: properties.user
      .slice(0, MOST_PROPERTIES)
      .map(([name, value]) => ({ name: escapeUnsafe(name), value: escapeUnsafe(value) })),
    reasonString: escaped(properties.reason),
    serverReference: escaped(properties.serverReference),
    responseInformation: escaped(properties.responseInformation),
    sessionPresent,
    will: willOf(options, version === '5'),
    tls: tlsOf(dialled),
    local: localAddress(dialled.carrier),
    remote: dialled.address,
  };
}

function willOf({ will }: ConnectionOptions, isVersion5: boolean): SessionFacts['will'] {
  if (will === null) return null;
  const { topic, qos, retain, payload, encoding } = will;
  const size = encoding === 'hex' ? payload.replaceAll(/\s/g, '').length / 2 : utf8Length(payload);
  return { topic, qos, retain, size, delayInterval: isVersion5 ? will.delayInterval : null };
}

function tlsOf({ tls, carrier }: Dialled): SessionFacts['tls'] {
  if (tls === null) return null;
  const { version, cipher, verified, mutual, alpn } = tls;
  const secured = carrier instanceof TLSSocket ? carrier : null;
  const certificate = secured?.getPeerCertificate();
  return {
    version,
    cipher,
    verified,
    mutual,
    alpn,
    resumed: secured?.isSessionReused() ?? false,
    peer: certificate && Object.keys(certificate).length > 0 ? peerOf(certificate) : null,
  };
}

function peerOf(certificate: PeerCertificate): NonNullable<SessionFacts['tls']>['peer'] {
  const { subject, issuer, valid_from, valid_to, fingerprint256 } = certificate;
  const time = (text: string): number | null => {
    const at = Date.parse(text);
    return Number.isNaN(at) ? null : at;
  };
  return {
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    validFrom: time(valid_from),
    validTo: time(valid_to),
    fingerprint: fingerprint256,
  };
}

/** Absent parts are absent, whatever the types of Node say. */
function nameOf(name: unknown): string {
  if (typeof name !== 'object' || name === null) return '';
  return Object.entries(name)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ')
    .slice(0, 500);
}

function localAddress(socket: Duplex): string | null {
  const { localAddress: address, localPort: port } = socket as {
    localAddress?: unknown;
    localPort?: unknown;
  };
  if (typeof address !== 'string' || typeof port !== 'number') return null;
  return atPort(address, port);
}

/** Before the first session. */
export const NO_SESSION_FACTS: SettledFacts = NO_FACTS;
