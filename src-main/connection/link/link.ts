import { formatBytes } from '../../core/text/amounts.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import { encodeDisconnect } from '../../core/mqtt/encode.ts';
import { encodePublish } from '../../core/mqtt/encode-publish.ts';
import type { ProtocolLevel } from '../../core/mqtt/packet-types.ts';
import type { ControlPacket } from '../../core/mqtt/packets.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import { foreignAnswer } from '../../core/session/failures/answers.ts';
import {
  classify,
  closedBy,
  deadLink,
  errorFacts,
  internalFault,
  isBrokenOffConnect,
} from '../../core/session/failures/failures.ts';
import type { Target } from '../../core/session/failures/failure-case.ts';
import type { FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import type { PingAnswer, Question } from '../../core/session/machine/ping-queue.ts';
import { connackEnding, disconnectEnding, type Ending } from '../../core/session/failures/reasons.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import type { Clock } from '../base/clock.ts';
import type { Dialled } from '../dial/dial.ts';
import { LinkAuth } from './authentication.ts';
import { KeepAlive } from './keep-alive.ts';
import { MqttJs } from './mqttjs.ts';
import { LEVELS, notConnected, type Prepared } from '../auth/prepare.ts';
import type { SessionMemory } from './session-memory.ts';
import type { Handshakes, PacketListener, ReceivedNote, SentNote, TapEnd } from '../tap/events.ts';
import { Tap } from '../tap/tap.ts';
import { WireRequests } from './wire-requests.ts';

export type Connack = Extract<ControlPacket, { kind: 'connack' }>;

/** How a link ended; what was under way is judged by it. */
export interface LinkEnd {
  readonly ending: Ending;
  /** `remote`: the broker closed it or sent DISCONNECT. `silence`: it stopped answering. `local`: we did. */
  readonly by: 'remote' | 'silence' | 'local';
  /** Code of a DISCONNECT from the broker; null without one. */
  readonly code: number | null;
  /** It may not know the version of our CONNECT. */
  readonly versionUnknown: boolean;
}

/** A packet of this size or less is kept for the case that the same message follows; bytes. */
const MOST_REPEATED = 65_536;

/** Called synchronously in the order of the wire, `ended` exactly once and last. */
export interface LinkEvents {
  /** CONNACK with success, before any message that follows it. */
  accepted(connack: Connack): void;
  /** mqtt.js took the CONNACK as well: packets can be sent. */
  ready(): void;
  /** A ping (no fence) was answered, or was not in time; `at` is when it was sent, by `Clock.now`. */
  pinged(at: number, rttMs: number | null): void;
  /** Our own code threw on the path of the packets; `ended` follows. */
  fault(error: unknown): void;
  ended(end: LinkEnd): void;
}

export interface LinkOptions {
  readonly dialled: Dialled;
  readonly target: Target;
  readonly prepared: Prepared;
  readonly clientId: string;
  readonly version: WireVersion;
  readonly memory: SessionMemory;
  readonly intake: Intake;
  readonly maxPayloadBytes: number;
  readonly recorder?: FlightRecorder | undefined;
  /** Who answers at QoS 2; without it, mqtt.js. */
  readonly handshakes?: Handshakes | undefined;
  readonly clock: Clock;
  /** Called for packets while the link is open. */
  readonly listeners: readonly PacketListener[];
  readonly events: LinkEvents;
}

/** One connection from an open socket to its end: tap, mqtt.js, keep-alive. Never used twice. */
export class Link {
  readonly tap: Tap;
  readonly keepAlive: KeepAlive;
  readonly requests: WireRequests;
  readonly level: ProtocolLevel;
  readonly version: WireVersion;
  #accepted = false;
  #online = false;
  #over = false;
  /** What the broker gave as a reason before the socket closed. */
  #said: { ending: Ending; code: number } | null = null;
  /** The last message at QoS 0, as it was written. */
  #repeated: { readonly message: PublishMessage; readonly packet: Uint8Array } | null = null;
  readonly #auth: LinkAuth;
  readonly #mqttjs: MqttJs;
  readonly #listeners: PacketListener[];
  readonly #o: LinkOptions;

  /** @throws what mqtt.js throws about the options; the socket is then the caller's to destroy */
  constructor(options: LinkOptions) {
    this.#o = options;
    this.level = LEVELS[options.version];
    this.version = options.version;
    options.recorder?.startLink(this.level);
    const { connect, authenticator, echoes, options: asked } = options.prepared;
    this.#auth = new LinkAuth({
      authenticator,
      clock: options.clock,
      write: (packet) => this.tap.writePacket(packet),
      refused: (failure) => this.destroy({ failure, retry: 'never' }),
    });
    this.tap = new Tap({
      connect,
      echoes,
      socket: options.dialled.socket,
      reads: options.dialled.reads,
      intake: options.intake,
      session: options.memory.received,
      version: this.level,
      recorder: options.recorder,
      handshakes: options.handshakes,
      maxPayloadBytes: options.maxPayloadBytes,
      receiveMaximum: asked.receiveMaximum ?? 65_535,
      maximumPacketSize: asked.maximumPacketSize ?? 0,
      cleanStart: asked.cleanStart,
      clock: options.clock,
      events: {
        sent: (note) => this.#sent(note),
        received: (note) => this.#received(note),
        puback: (packetId, at) => this.#puback(packetId, at),
        unanswered: () => this.#unanswered(),
        ended: (end) => this.#tapEnded(end),
      },
    });
    this.keepAlive = new KeepAlive({
      clock: options.clock,
      traffic: this.tap,
      write: (packet) => this.tap.writePacket(packet),
      pinged: (at, rttMs) => options.events.pinged(at, rttMs),
      dead: (silentMs) => this.destroy(deadLink(options.target, silentMs), 'silence'),
    });
    this.requests = new WireRequests(this, options.memory.ids, options.clock);
    this.#listeners = [...options.listeners, this.requests];
    this.tap.on('error', (error) => this.#socketFailed(error));
    this.tap.on('close', () => this.#socketClosed());
    const { stores, ids } = options.memory;
    this.#mqttjs = new MqttJs({
      stream: this.tap,
      options: asked,
      clientId: options.clientId,
      level: this.level,
      stores,
      ids,
      ready: () => this.#ready(),
      failed: (error) => this.#clientFailed(error),
    });
  }

  /** Calls the listener for packets from now on, as long as the link is open. */
  listen(listener: PacketListener): void {
    this.#listeners.push(listener);
  }

  get online(): boolean {
    return this.#online && !this.#over;
  }

  /** In force, ms; set with `accepted`. */
  get keepAliveMs(): number {
    return this.keepAlive.intervalMs;
  }

  /** Sends PINGREQ; resolves when its PINGRESP came, or not in time, or the link is over. */
  ping(question: Question, timeoutMs?: number): Promise<PingAnswer> {
    return this.keepAlive.ping(question, timeoutMs);
  }

  /**
   * Writes the PUBLISH; at QoS 1 and 2 mqtt.js goes on with the handshake.
   *
   * @param packetId allocated from the session's ids; 0 at QoS 0
   * @param dup it was sent before in this session
   */
  publish(message: PublishMessage, packetId: number, dup = false): void {
    const packet = this.#encoded(message, packetId, dup);
    if (message.qos > 0) {
      this.#o.memory.sent(packetId, message);
      this.#mqttjs.wrote('publish', packetId);
    }
    this.tap.writePacket(packet);
  }

  /** At QoS 0 the same message makes the same packet: a series repeats it. */
  #encoded(message: PublishMessage, packetId: number, dup: boolean): Uint8Array {
    if (message === this.#repeated?.message) return this.#repeated.packet;
    const packet = encodePublish(this.level, message, packetId, dup);
    this.#repeated = message.qos === 0 && packet.length <= MOST_REPEATED ? { message, packet } : null;
    return packet;
  }

  /** Writes PUBREL once more: the broker has the message [MQTT-4.4.0-1]. */
  release(packetId: number): void {
    this.#mqttjs.wrote('pubrel', packetId);
    this.tap.writePacket(Uint8Array.of(0x62, 2, packetId >>> 8, packetId & 255));
  }

  reauthenticate(): Promise<{ kind: 'done' } | Failure> {
    return this.online ? this.#auth.again() : Promise.resolve(notConnected());
  }

  /** Sends DISCONNECT and closes; whatever happens, the socket is destroyed after `withinMs`. */
  close(withinMs: number): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.tap.destroy();
        resolve();
      };
      const cancel = this.#o.clock.after(withinMs, done);
      this.tap.once('close', done);
      if (this.#accepted) this.tap.writePacket(encodeDisconnect(this.level, 0));
      this.#finish(closedByUs(), false);
      // From then on the tap takes nothing in: after DISCONNECT nothing is counted, and no acknowledgement may follow.
      this.tap.end();
    });
  }

  /** Ends the link at once for a reason of ours. */
  destroy(ending: Ending, by: LinkEnd['by'] = 'local'): void {
    this.#finish({ ending, by, code: null, versionUnknown: false });
  }

  #sent(note: SentNote): void {
    if (this.#over) return;
    for (const listener of this.#listeners) listener.sent?.(note);
  }

  #puback(packetId: number, at: number): void {
    if (this.#over) return;
    for (const listener of this.#listeners) listener.puback?.(packetId, at);
  }

  #unanswered(): void {
    for (const listener of this.#listeners) listener.unanswered?.();
  }

  #received(note: ReceivedNote): void {
    if (this.#over) return;
    const { packet } = note;
    switch (packet.kind) {
      case 'connack':
        if (packet.code !== 0) return this.#refused(packet);
        if (!this.#accept(packet)) return;
        break;
      case 'auth':
        this.#auth.received(packet);
        break;
      case 'pingresp':
        this.keepAlive.answered(note.at);
        break;
      case 'disconnect':
        this.#said = {
          ending: disconnectEnding(
            packet.code,
            {
              reasonString: packet.reason ?? undefined,
              serverReference: packet.serverReference ?? undefined,
            },
            this.#accepted,
          ),
          code: packet.code,
        };
        break;
      default:
    }
    for (const listener of this.#listeners) listener.received?.(note);
    // Nothing may follow it; a broker that leaves the socket open after it is not waited for.
    if (packet.kind === 'disconnect') this.#socketClosed();
  }

  #accept(packet: Connack): boolean {
    const unproven = this.#auth.accepted(packet.properties.authenticationData);
    if (unproven) {
      this.destroy({ failure: unproven, retry: 'never' });
      return false;
    }
    const seconds = packet.properties.serverKeepAlive ?? this.#o.prepared.options.keepAlive;
    this.#accepted = true;
    this.keepAlive.start(seconds * 1_000);
    this.#o.events.accepted(packet);
    return true;
  }

  #refused(packet: Connack): void {
    const { reason, serverReference } = packet.properties;
    this.#finish({
      ending: connackEnding(packet.code, { reasonString: reason, serverReference }, this.#o.prepared.options),
      by: 'remote',
      code: packet.code,
      versionUnknown: packet.code === 1 || packet.code === 132,
    });
  }

  #ready(): void {
    if (this.#over || !this.#accepted) return;
    this.#online = true;
    this.#o.events.ready();
  }

  #tapEnded(end: TapEnd): void {
    if (end.kind === 'fault' && !this.#over) this.#o.events.fault(end.error);
    this.#finish({ ending: this.#tapEnding(end), by: 'local', code: null, versionUnknown: false });
  }

  #tapEnding(end: TapEnd): Ending {
    switch (end.kind) {
      case 'violation': {
        const foreign = this.#accepted ? null : foreignAnswer(end.evidence, this.#o.target);
        if (foreign) return foreign;
        // Before 5 there is no packet that could carry it.
        const code = this.level === 5 ? ` with reason code ${end.code}` : '';
        const failure = failed(
          end.rule,
          `The broker broke the protocol: ${end.text} The connection was closed${code}.`,
          'The bytes of the packet are in the log. If it repeats, report it to the makers of the broker, or try another MQTT version.',
        );
        return { failure: { ...failure, evidence: end.evidence.slice(0, 256) }, retry: 'slowly' };
      }
      case 'stuck':
        return {
          failure: failed(
            'stuck',
            `The broker stopped taking our packets: ${formatBytes(end.bytes)} of ${end.what === 'acknowledgements' ? 'acknowledgements' : 'answers'} waited for ${Math.round(end.forMs / 1_000)} s.`,
            'The broker or the network is overloaded. The next attempt follows by itself.',
          ),
          retry: 'slowly',
        };
      case 'fault':
        return { failure: internalFault(end.error), retry: 'slowly' };
    }
  }

  #socketFailed(error: unknown): void {
    this.#closedByBroker(classify(this.#phase, this.#o.target, error));
  }

  #socketClosed(): void {
    this.#closedByBroker(closedBy(this.#phase, this.#o.target));
  }

  get #phase(): 'online' | 'handshaking' {
    return this.#accepted ? 'online' : 'handshaking';
  }

  /** @param unsaid what it looks like where the broker gave no reason */
  #closedByBroker(unsaid: Ending): void {
    const ending = this.#said?.ending ?? unsaid;
    const code = this.#said?.code ?? null;
    this.#finish({ ending, by: 'remote', code, versionUnknown: isBrokenOffConnect(ending) });
  }

  /** mqtt.js found fault with a packet that passed the tap, or failed by itself. */
  #clientFailed(error: unknown): void {
    const { message } = errorFacts(error);
    this.#finish({
      ending: {
        failure: failed(
          'protocol',
          `The connection was closed because of a packet that makes no sense: ${message.slice(0, 300)}.`,
          'If it repeats, try another MQTT version, and report it with the log.',
        ),
        retry: 'slowly',
      },
      by: 'local',
      code: null,
      versionUnknown: false,
    });
  }

  #finish(end: LinkEnd, destroy = true): void {
    if (this.#over) return;
    this.#over = true;
    this.keepAlive.close();
    this.#auth.closed();
    if (destroy) this.tap.destroy();
    this.#o.events.ended(end);
    this.requests.close();
  }
}

/** Never shown as a failure: the user asked for it. */
export function closedByUs(): LinkEnd {
  const failure = failed('closed-by-us', 'The connection was closed here.', '');
  return { ending: { failure, retry: 'never' }, by: 'local', code: null, versionUnknown: false };
}
