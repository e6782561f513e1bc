import type { RecorderStatus } from './packets.ts';
import type { LifeSigns, SessionFacts } from '../model/session-facts.ts';

/** What is known of a session before there was one. */
export const NO_FACTS: SessionFacts = {
  terms: [],
  userProperties: [],
  reasonString: null,
  serverReference: null,
  responseInformation: null,
  sessionPresent: null,
  outcome: null,
  will: null,
  tls: null,
  local: null,
  remote: null,
  inFlight: [],
  inFlightTotal: 0,
  queue: { messages: 0, bytes: 0, unsentBytes: 0 },
  quarantined: [],
  quarantineDropped: 0,
};

export const NO_LIFE: LifeSigns = {
  by: 'client',
  missedNow: 0,
  weGiveUpAt: null,
  awaitingSince: null,
  gaps: [],
};

/** Bytes of the flight recorder of one connection unless the user sets another number. */
export const RECORDER_BYTES = 16_000_000;

export const NO_PACKETS: RecorderStatus = {
  publish: { kind: 'auto' },
  leavingOut: false,
  bytes: RECORDER_BYTES,
  used: 0,
  firstSeq: 1,
  lastSeq: 0,
  evicted: 0,
  deleted: 0,
  notRecordedIn: 0,
  notRecordedOut: 0,
  malformed: 0,
};
